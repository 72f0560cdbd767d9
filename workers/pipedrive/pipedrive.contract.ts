export default {
  exempt: [
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Pipedrive signs nothing: it sends a password along, so each event is looked up before it is believed",
    },
  ],
};

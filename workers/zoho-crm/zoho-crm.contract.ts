export default {
  exempt: [
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Zoho signs nothing: it repeats a token in the body, so each event is looked up before it is believed",
    },
  ],
};

export default {
  exempt: [
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Salesforce signs nothing: the token stands in the address, so each event is looked up before it is believed",
    },
  ],
};

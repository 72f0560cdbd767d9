export default {
  exempt: [
    {
      law: "a delivery changed after it was signed is forged",
      reason: "Zoho signs nothing: it repeats a token in the body, so each event is looked up before it is believed",
    },
    {
      law: "its manifest is whole and agrees with itself",
      reason: "the scopes are those of the actions to come: asking for them later would send every contractor to Zoho's page again",
    },
  ],
};

const RETRIES = "its retries go on for three days with the time of the first, so a shorter window would turn real events away";
export default {
  exempt: [
    { law: "what it signs the time of is taken for an hour at most", reason: RETRIES },
    {
      law: "a delivery changed after it was signed is forged",
      reason: "its hash covers the event's time and type alone, so each event is looked up before it is believed",
    },
  ],
};

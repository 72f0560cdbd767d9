export default {
  exempt: [
    {
      law: "its webhook is explained, and its emulator delivers what it takes",
      reason:
        "its retries go on for three days with the time of the first, so a shorter window would turn real events away; each event is looked up",
    },
  ],
};

export default {
  exempt: [
    {
      law: "an event delivered again is the same event, and another is another",
      reason: "a call ends once: two reports are about two calls, so no two events of a kind are about one thing",
    },
  ],
};

export default {
  exempt: [
    {
      law: "its manifest is whole and agrees with itself",
      reason:
        "the test call needs user.info.basic; video.publish is asked for with it, since without posts of ours there is nothing to tell",
    },
  ],
};

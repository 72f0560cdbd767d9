export default {
  exempt: [
    { law: "reads only GET", tool: "crm/generate_text", reason: "a model is asked by POST; nothing is changed or kept by it" },
    { law: "reads only GET", tool: "crm/analyze_photo", reason: "a model is asked by POST; nothing is changed or kept by it" },
    { law: "reads only GET", tool: "test", reason: "tokens are counted by POST, which is free and keeps nothing" },
  ],
};

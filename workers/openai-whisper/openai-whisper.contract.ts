export default {
  exempt: [{ law: "reads only GET", tool: "crm/transcribe_audio", reason: "a recording is handed over by POST; nothing is kept by it" }],
};

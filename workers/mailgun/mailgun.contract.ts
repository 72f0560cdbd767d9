export default {
  exempt: [
    {
      law: "a caller's text stays in its own segment, parameter or field",
      tool: "crm/send_email",
      reason: "a name is written into an address, and what could end it there is left out: tried in mailgun.test.ts",
    },
    {
      law: "reads only GET",
      tool: "test",
      reason: "a sending key may do nothing but send: an empty message, always refused, is what proves it",
    },
    {
      law: "each request is one the vendor's own description allows",
      tool: "test",
      reason: "the empty message lacks what the description requires, on purpose",
    },
    {
      law: "401 is CredentialError",
      tool: "test",
      reason: "a sending key may not read its domain; that it may send was proved by the request before",
    },
    {
      law: "403 is PermissionError",
      tool: "test",
      reason: "a sending key may not read its domain; that it may send was proved by the request before",
    },
    {
      law: "401 is CredentialError",
      tool: "crm/list_email_templates",
      reason: "a sending key may do nothing but send, and is good all the same: it lacks a permission",
    },
    {
      law: "a delivery changed after it was signed is forged",
      reason: "its signature covers a time and a token alone: what it says is looked up in the domain's log",
    },
    {
      law: "an event it looks up is found at the vendor, and one that never was is not",
      reason: "the log lags behind by up to half an hour: until then an event that is not in it may yet come; tried in webhook.test.ts",
    },
  ],
};

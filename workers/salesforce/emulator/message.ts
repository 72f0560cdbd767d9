/** An outbound message of one notification, as the sandbox's organization sends it. */
import type { Cell } from "@junction/sandbox";

export const ORGANIZATION = "00D5g000004SandEAI";
export const HOME = "sandbox-plumbing.my.salesforce.com";

const TOLD = ["Id", "FirstName", "LastName", "Email", "Phone", "MobilePhone", "CreatedDate", "LastModifiedDate"];
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
/** SOAP writes times otherwise than REST does. */
const written = (value: string): string => escaped(value.replace(/(T.*)\+0000$/, "$1Z"));

/** The fields chosen for the message; what is empty is left out. */
export function messageOf(
  object: string,
  values: Readonly<Record<string, Cell>>,
  id: string,
): { readonly type: string; readonly body: string } {
  const fields = TOLD.flatMap((name) => (values[name] == null ? [] : [`<sf:${name}>${written(String(values[name]))}</sf:${name}>`]));
  return {
    type: "text/xml; charset=utf-8",
    body: `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${ORGANIZATION}</OrganizationId>
   <ActionId>04k5g000000SandAAA</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>https://${HOME}/services/Soap/c/59.0/${ORGANIZATION}</EnterpriseUrl>
   <PartnerUrl>https://${HOME}/services/Soap/u/59.0/${ORGANIZATION}</PartnerUrl>
   <Notification>
    <Id>04l${id.slice(0, 15).padEnd(12, "0")}</Id>
    <sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     ${fields.join("\n     ")}
    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`,
  };
}

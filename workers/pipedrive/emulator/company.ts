/** The company whose account the sandbox plays. */
export const COMPANY = { company_id: 7_700_123, company_name: "Sandbox Plumbing", company_domain: "sandbox-plumbing" };
export const HOME = `${COMPANY.company_domain}.pipedrive.com`;

/** How Docusign says no. */
import { json, type Reply, refuse } from "@junction/sandbox";

export const docusignError = (status: number, errorCode: string, message: string): Reply => json(status, { errorCode, message });
/** Ends the request with a 400. */
export const bad = (errorCode: string, message: string): never => refuse(docusignError(400, errorCode, message));

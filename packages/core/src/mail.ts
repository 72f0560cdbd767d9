/** The platform's own mail and events: never sent through a contractor's integration, which may be the one that broke. */

/** One method, as Cloudflare's `send_email` binding has it; locally the sandbox's inbox answers it. */
export interface Mailer {
  send(mail: {
    readonly from: string;
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly html: string;
  }): Promise<unknown>;
}

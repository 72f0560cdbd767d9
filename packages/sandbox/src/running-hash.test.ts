import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { generated } from "./generated.ts";
import { runningHash } from "./running-hash.ts";

test("is SHA-256, however the bytes are cut, and can be asked in between", () => {
  const bytes = Buffer.concat([...generated({ bytes: 200_001, seed: 7, type: "video/mp4" })]);
  for (const size of [1, 3, 55, 56, 63, 64, 65, 4096, 199_999]) {
    const hash = runningHash();
    expect(hash.hex()).toBe(createHash("sha256").digest("hex"));
    for (let at = 0; at < bytes.length; at += size) {
      hash.update(bytes.subarray(at, at + size));
      if (at % 50_000 < size)
        expect(hash.hex()).toBe(
          createHash("sha256")
            .update(bytes.subarray(0, at + size))
            .digest("hex"),
        );
    }
    expect(hash.hex()).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

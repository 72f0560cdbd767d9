/** A document on one sheet, for vendors that give one: a whole PDF file, which any reader opens. */
export function pdf(lines: readonly string[]): Uint8Array {
  const shown = lines.slice(0, 45).map((line) => `(${escaped(line.slice(0, 95))}) Tj T*`);
  const content = `BT /F1 11 Tf 16 TL 56 780 Td ${shown.join("\n")} ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  ];
  let [file, places] = ["%PDF-1.4\n", ""];
  for (const [at, object] of objects.entries()) {
    places += `${String(file.length).padStart(10, "0")} 00000 n \n`;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
  }
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${places}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Uint8Array.from(file, (character) => character.charCodeAt(0)); // all of it is Latin-1, a character a byte
}

const escaped = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, "?").replaceAll(/[\\()]/g, (character) => `\\${character}`);

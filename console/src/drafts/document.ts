/** A document with its media type. */

/** By the ending of the name: what a browser says of a type depends on the programs of the machine. */
const TYPES: Record<string, string> = {
  txt: "text/plain",
  html: "text/html",
  htm: "text/html",
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  json: "application/json",
  zip: "application/zip",
};

export function documentOf(file: File): Blob {
  const ending = file.name.split(".").pop()?.toLowerCase() ?? "";
  return file.slice(0, file.size, TYPES[ending] ?? (file.type || "application/octet-stream"));
}

export function textDocument(text: string): Blob {
  return new Blob([text], { type: "text/plain" });
}

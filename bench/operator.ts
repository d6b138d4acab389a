// operator.ts - signs in as the demo's operator for measurements.
import { readFileSync } from "node:fs";

export interface Operator {
  headers: Record<string, string>;
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  change(method: string, path: string, body: unknown): Promise<Response>;
}

// `file` is DATA/demo-login: lines "login: ..." and "password: ...".
// With `tls` whatever certificate the server of this run made for itself is taken.
export async function signIn(port: string, file: string, tls = false): Promise<Operator> {
  const text = readFileSync(file, "utf8");
  const word = (name: string) => new RegExp(`${name}:?\\s+(\\S+)`, "i").exec(text)![1]!;
  if (tls) process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  const base = `${tls ? "https" : "http"}://127.0.0.1:${port}`;
  const answer = await fetch(`${base}/v1/login`, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ login: word("login"), password: word("password") }) });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
  const { csrf } = (await answer.json()) as { csrf: string };
  const headers = { Cookie: cookie, "X-CSRF": csrf };
  const change = (method: string, path: string, body: unknown) => fetch(base + path, { method, body: JSON.stringify(body),
    headers: { ...headers, "Content-Type": "application/json", "Idempotency-Key": String(Math.random()) } });
  return {
    headers,
    get: (path) => fetch(base + path, { headers: { Cookie: cookie } }),
    post: (path, body) => change("POST", path, body),
    change,
  };
}

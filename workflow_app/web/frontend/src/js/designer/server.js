// What the editor asks of the server. An answer that is no success is an error with the server's own words.
export async function ask(url, body) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
    headers["Idempotency-Key"] = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  }
  const response = await fetch(url, { method: body === undefined ? "GET" : "POST", credentials: "same-origin", headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const said = new Error(answer.detail ?? answer.title ?? `HTTP ${response.status}`);
  said.status = response.status;
  said.answer = answer;
  throw said;
}

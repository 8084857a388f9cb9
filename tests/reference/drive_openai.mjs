// Drives every operation through the openai client for Node, unchanged; prints JSON.
// node drive_openai.mjs BASE_URL KEY DIRECTORY, with CONFORMANCE_OPENAI_NODE a directory that has node_modules/openai.
import { createReadStream, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.CONFORMANCE_OPENAI_NODE, "here.js"));
const { OpenAI, toFile } = require("openai");
const { VERSION: version } = require("openai/version");

const [baseURL, apiKey, directory] = process.argv.slice(2);
const bytes = Buffer.concat(Array(300).fill(Buffer.from(Array.from({ length: 256 }, (_, at) => at))));
const connect = (key) => new OpenAI({ baseURL, apiKey: key, maxRetries: 0, timeout: 30_000 });
const client = connect(apiKey);

const failure = async (call) => {
  try {
    await call();
  } catch (error) {
    const { status, code, param, type, requestID } = error;
    return { class: error.constructor.name, status, code, param, type, request_id: requestID };
  }
  return null;
};

const walk = async (paginator) => {
  const pages = [];
  for await (const page of (await paginator).iterPages()) pages.push(page.data);
  return pages;
};

const content = async (container_id, id) => {
  const answer = await client.containers.files.content.retrieve(id, { container_id });
  return Buffer.from(await answer.arrayBuffer());
};

const { containers } = client;
const asked = {
  name: "a b é",
  memory_limit: "4g",
  expires_after: { anchor: "last_active_at", minutes: 9 },
  network_policy: { type: "disabled" },
};
const created = await containers.create(asked);
const others = [];
for (let at = 0; at < 5; at += 1) others.push(await containers.create({ name: `other ${at}` }));
const result = {
  version,
  asked,
  created,
  request_id: created._request_id,
  others,
  retrieved: await containers.retrieve(created.id),
  pages: await walk(containers.list({ limit: 2 })),
  named: await walk(containers.list({ name: "a b", limit: 2 })),
  deleted: await containers.delete(others[0].id),
  again: await failure(() => containers.delete(others[0].id)),
  gone: await failure(() => containers.retrieve(others[0].id)),
  bad: await failure(() => containers.create({ name: "" })),
  strange: await failure(() => containers.retrieve("a/b")),
  empty: await failure(() => containers.retrieve("")),
};

const { files } = containers;
const container_id = created.id;
const path = join(directory, "é notes.csv");
writeFileSync(path, bytes);
const made = {
  toFile: await files.create(container_id, { file: await toFile(bytes, 'a "b".txt') }),
  file: await files.create(container_id, { file: new File([bytes], "blob.bin") }),
  stream: await files.create(container_id, { file: createReadStream(path) }),
  empty: await files.create(container_id, { file: await toFile(Buffer.alloc(0), "empty.bin") }),
};
const upload = await client.files.create({ file: await toFile(Buffer.from("1,2\n"), "d.csv"), purpose: "assistants" });
const copied = await files.create(container_id, { file_id: upload.id });
const contents = {};
for (const [kind, each] of Object.entries(made)) contents[kind] = (await content(container_id, each.id)).equals(bytes);
const file_id = made.toFile.id;
result.files = {
  made,
  contents,
  upload,
  copied,
  copied_content: (await content(container_id, copied.id)).toString(),
  retrieved: await files.retrieve(file_id, { container_id }),
  pages: await walk(files.list(container_id, { limit: 2, order: "asc" })),
  deleted: await files.delete(file_id, { container_id }),
  again: await failure(() => files.delete(file_id, { container_id })),
  gone: await failure(() => files.retrieve(file_id, { container_id })),
  nothing: await failure(() => files.create(container_id, {})),
  unwrapped: await failure(() => files.create(container_id, { file: bytes.subarray(0, 3) })),
  left: (await walk(files.list(container_id, { order: "asc" }))).map((page) => page.map((each) => each.id)),
};
result.stranger = await failure(() => connect("unknown").containers.retrieve(container_id));
console.log(JSON.stringify(result));

// The openai client for Node, as its users call it: a call a line as JSON, an answer a line.
// node openai_node.mjs DIRECTORY, which has node_modules/openai.
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(join(process.argv[2], "here.js"));
const { OpenAI, toFile } = require("openai");
const { VERSION: version } = require("openai/version");

const say = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const given = JSON.parse((await lines.next()).value);
const connect = (apiKey) => new OpenAI({ baseURL: given.base_url, apiKey });
const clients = { own: connect(given.key), wrong: connect(given.wrong_key) };
const containersOf = (key) => clients[key ?? "own"].containers;

const walk = async (paginator, most) => {
  const items = [];
  for await (const item of paginator) {
    items.push(item);
    if (items.length >= most) return { value: items, stopped: `${most} items` };
  }
  return { value: items };
};

const calls = {
  create_container: async ({ key, ...body }) => ({ value: await containersOf(key).create(body) }),
  list_containers: ({ key, most = given.items, ...query }) => walk(containersOf(key).list(query), most),
  retrieve_container: async ({ key, container }) => ({ value: await containersOf(key).retrieve(container) }),
  delete_container: async ({ key, container }) => ({ value: await containersOf(key).delete(container) }),
  create_file: async ({ key, container, content, filename, media, file_id }) => {
    const body = {};
    if (content !== undefined) {
      const bytes = Buffer.from(content, "base64");
      body.file = await toFile(bytes, filename, media ? { type: media } : undefined);
    }
    if (file_id !== undefined) body.file_id = file_id;
    return { value: await containersOf(key).files.create(container, body) };
  },
  list_files: ({ key, container, most = given.items, ...query }) => walk(containersOf(key).files.list(container, query), most),
  retrieve_file: async ({ key, container, file }) => ({
    value: await containersOf(key).files.retrieve(file, { container_id: container }),
  }),
  delete_file: async ({ key, container, file }) => ({
    value: await containersOf(key).files.delete(file, { container_id: container }),
  }),
  content: async ({ key, container, file }) => {
    const answer = await containersOf(key).files.content.retrieve(file, { container_id: container });
    return { value: Buffer.from(await answer.arrayBuffer()).toString("base64") };
  },
  text: async ({ container, file }) => {
    const answer = await clients.own.containers.files.content.retrieve(file, { container_id: container });
    return { value: await answer.text() };
  },
  upload_original: async ({ path }) => ({
    value: await clients.own.files.create({ file: createReadStream(path), purpose: "assistants" }),
  }),
};

const told = (error) => ({
  class: error.constructor.name,
  message: String(error.message),
  status: error.status ?? null,
  code: error.code ?? null,
  param: error.param ?? null,
  type: error.type ?? null,
});

const answer = async ({ call, given: asked }) => {
  if (!(call in calls)) return { cannot: `it has nothing for ${call}` };
  try {
    const { value = null, ...rest } = await calls[call](asked);
    return { value, ...rest };
  } catch (error) {
    return { error: told(error) };
  }
};

say({ version, runtime: `Node ${process.versions.node}` });
for await (const line of lines) say(await answer(JSON.parse(line)));
process.exit(0);

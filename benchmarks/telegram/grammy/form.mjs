// A form of five questions in grammY's conversations plugin, kept in SQLite at each update.
// node form.mjs HOOK_PORT API_PORT FILE TOKEN QUESTIONS_AS_JSON
import { createServer } from "node:http";
import { conversations, createConversation } from "@grammyjs/conversations";
import { DatabaseSync } from "@photostructure/sqlite";
import { Bot, webhookCallback } from "grammy";

const [port, api, file, token, texts] = process.argv.slice(2);
const { questions, thanks } = JSON.parse(texts);

// Held for good: a database that is only reached through its statements is collected and closed.
globalThis.database = new DatabaseSync(file);
const { database } = globalThis;
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
database.exec("CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT)");
const find = database.prepare("SELECT value FROM state WHERE key = ?");
const keep = database.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)");
const drop = database.prepare("DELETE FROM state WHERE key = ?");
const storage = {
  read: (key) => {
    const row = find.get(key);
    return row === undefined ? undefined : JSON.parse(row.value);
  },
  write: (key, value) => void keep.run(key, JSON.stringify(value)),
  delete: (key) => void drop.run(key),
};

const bot = new Bot(token, {
  botInfo: { id: 1, is_bot: true, first_name: "B", username: "b_bot" },
  client: { apiRoot: `http://127.0.0.1:${api}`, canUseWebhookReply: () => false },
});
bot.use(conversations({ storage }));
bot.use(
  createConversation(async (conversation, context) => {
    const answers = [];
    for (const question of questions) {
      await context.reply(question);
      context = await conversation.waitFor("message:text");
      answers.push(context.message.text);
    }
    await context.reply(thanks);
  }, "form"),
);
bot.command("report", (context) => context.conversation.enter("form"));

createServer(webhookCallback(bot, "http")).listen(Number(port), "127.0.0.1");

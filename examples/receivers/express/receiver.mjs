// A webhook receiver in Express.
//
// npm install
// RETELL_API_KEY=key_… node receiver.mjs 8000
import express from "express";
import { Retell } from "retell-sdk";

const apiKey = process.env.RETELL_API_KEY; // the one with the webhook badge; other keys of the workspace do not sign
const port = Number(process.argv[2] ?? 8000);
if (!apiKey) throw new Error("RETELL_API_KEY is not set.");

const app = express();
const deliveries = new Map(); // stands for a table of your database

// Not express.json: JSON that was parsed and written anew is signed differently. The default limit of 100 kB
// is too small for the transcript of a long call.
const rawBody = express.raw({ type: () => true, limit: "10mb" });

app.post("/webhook", rawBody, async (request, response) => {
  const body = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
  const signature = request.get("x-retell-signature") ?? "";
  // With `await`: a promise is always true. The SDK has this helper from 5.50.0 on; it also refuses what is older than
  // five minutes.
  if (!(await Retell.verify(body, apiKey, signature))) {
    return response.sendStatus(401);
  }
  let delivery;
  try {
    delivery = JSON.parse(body);
  } catch {
    return response.sendStatus(400);
  }
  remember(delivery);
  response.sendStatus(204);
  setImmediate(work, delivery);
});

// Store a delivery once, however often it comes: a copy takes the place of the first.
function remember(delivery) {
  const destination = delivery.transfer_destination ?? null; // a call can be transferred more than once
  const key = JSON.stringify([delivery.event, delivery.call?.call_id, destination]);
  deliveries.set(key, delivery);
}

// What is done with it. Fields may be missing: a web call has no numbers, a call that failed no transcript.
function work({ event, call }) {
  switch (event) {
    case "call_started":
      console.log(`A call began, from ${call?.from_number ?? "the web"}.`);
      break;
    case "call_ended":
      console.log(`A call ended after ${call?.duration_ms ?? 0} ms: ${call?.disconnection_reason}.`);
      break;
    case "call_analyzed":
      console.log(`A call was analysed: ${call?.call_analysis?.user_sentiment}.`);
      break;
    default: // events are added over time; those that we do not know are none of our business
  }
}

app.listen(port, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${port}/webhook`));

// What this page hears from the localnet: slots and transactions, over the same WebSocket as any client.

const RETRY_MS = 1000;

/** Listens until the page is gone. on.slot(n), on.transaction(), on.account(), on.state(connected). */
export class Live {
  constructor(on) {
    this.on = on;
    this.kinds = new Map();
    this.asked = new Map();
    this.watched = null;
    this.nextId = 1;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/`);
    this.socket.onopen = () => {
      this.kinds.clear();
      this.ask("slotSubscribe", [], "slot");
      this.ask("logsSubscribe", ["all"], "transaction");
      this.on.state(true);
      if (this.watched) this.watch(this.watched);
    };
    this.socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    this.socket.onclose = () => {
      this.on.state(false);
      setTimeout(() => this.connect(), RETRY_MS);
    };
  }

  ask(method, params, kind) {
    const id = this.nextId++;
    if (kind) this.asked.set(id, kind);
    this.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  }

  hear(message) {
    if (message.id !== undefined && message.id !== null) {
      const kind = this.asked.get(message.id);
      this.asked.delete(message.id);
      if (kind && typeof message.result === "number") this.kinds.set(message.result, kind);
      return;
    }
    const kind = this.kinds.get(message.params?.subscription);
    if (kind === "slot") this.on.slot(message.params.result.slot);
    else if (kind) this.on[kind]?.();
  }

  /** Hears of changes to one address, and of no other. */
  watch(key) {
    for (const [id, kind] of this.kinds) {
      if (kind !== "account") continue;
      this.kinds.delete(id);
      this.ask("accountUnsubscribe", [id]);
    }
    this.watched = key;
    if (key && this.socket.readyState === WebSocket.OPEN) {
      this.ask("accountSubscribe", [key, { encoding: "base64" }], "account");
    }
  }
}

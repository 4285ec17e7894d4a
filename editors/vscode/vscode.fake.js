// As much of the module `vscode`, which only the editor has, as the extension and its client library touch.
"use strict";

const { pathToFileURL } = require("node:url");

class Event {
  listeners = new Set();
  event = (listener, self) => {
    const bound = listener.bind(self);
    this.listeners.add(bound);
    return { dispose: () => this.listeners.delete(bound) };
  };
  fire = (data) => this.listeners.forEach((listener) => listener(data));
  dispose = () => this.listeners.clear();
}

class Disposable {
  constructor(dispose) {
    this.dispose = dispose;
  }
}

class Uri {
  static file = (fsPath) => Object.assign(new Uri(), { scheme: "file", fsPath, path: fsPath });
  static parse = (text) => Uri.file(decodeURIComponent(new URL(text).pathname));
  toString() {
    return pathToFileURL(this.fsPath).href;
  }
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(line, character, endLine, endCharacter) {
    this.start = new Position(line, character);
    this.end = new Position(endLine, endCharacter);
  }
}

class Diagnostic {
  constructor(range, message, severity) {
    Object.assign(this, { range, message, severity });
  }
}

class MarkdownString {
  constructor(value) {
    this.value = value;
  }
}

class Hover {
  constructor(contents, range) {
    Object.assign(this, { contents, range });
  }
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: () => new Disposable(() => {}) };
  cancel() {}
  dispose() {}
}

/** What the editor was told: `diagnostics` by URI, `errors` shown, `hovers`: providers, `commands` by name, `log`. */
const seen = { diagnostics: new Map(), errors: [], hovers: [], commands: {}, log: [] };
/** What the user's settings say, and the events that a user causes. */
const settings = {};
const events = { settings: new Event(), opened: new Event() };

const nothing = () => new Disposable(() => {});
const collection = () => ({
  set: (uri, found) => seen.diagnostics.set(uri.toString(), found),
  delete: (uri) => seen.diagnostics.delete(uri.toString()),
  clear: () => seen.diagnostics.clear(),
  dispose: () => seen.diagnostics.clear(),
});
const channel = { append: (text) => seen.log.push(text), appendLine: (text) => seen.log.push(text) };
const listed = (target) => (provider) => {
  target.push(provider);
  return new Disposable(() => target.splice(target.indexOf(provider), 1));
};
const message = async (text) => void seen.errors.push(text);

const said = {
  version: "1.91.0",
  Uri,
  Disposable: Object.assign(Disposable, { from: (...all) => new Disposable(() => all.forEach((one) => one.dispose())) }),
  EventEmitter: Event,
  Position,
  Range,
  Diagnostic,
  MarkdownString,
  Hover,
  CancellationTokenSource,
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
  env: { appName: "fake", language: "en" },
  commands: {
    registerCommand: (name, act) => {
      seen.commands[name] = act;
      return new Disposable(() => delete seen.commands[name]);
    },
  },
  languages: {
    match: (selectors, document) =>
      selectors.some((one) => one.language === document.languageId && one.scheme === document.uri.scheme) ? 10 : 0,
    createDiagnosticCollection: collection,
    registerHoverProvider: (_, provider) => listed(seen.hovers)(provider),
  },
  window: {
    createOutputChannel: () => ({ ...channel, show: () => {}, dispose: () => {} }),
    showErrorMessage: message,
    tabGroups: { all: [], onDidChangeTabs: nothing },
    onDidChangeActiveTextEditor: nothing,
  },
  workspace: {
    textDocuments: [],
    workspaceFolders: [],
    getConfiguration: (section) => ({ get: (name, otherwise) => settings[`${section}.${name}`] ?? otherwise }),
    createFileSystemWatcher: () => ({ onDidCreate: nothing, onDidChange: nothing, onDidDelete: nothing, dispose: () => {} }),
    onDidChangeConfiguration: events.settings.event,
    onDidOpenTextDocument: events.opened.event,
  },
};

/** What no test looks at: a class to extend, a function that does nothing, a kind with kinds below it. */
const anything = new Proxy(class {}, {
  get: (target, name) => (name in target || typeof name === "symbol" || name === "then" ? target[name] : anything),
  apply: () => anything,
});

/** A part of the module: an event or a registration of which no test asks does nothing. */
const lenient = (known) =>
  new Proxy(known, {
    get: (target, name) => {
      if (name in target) {
        const value = target[name];
        return Object.getPrototypeOf(value ?? 0) === Object.prototype ? lenient(value) : value;
      }
      if (/^(on|register|create)/.test(String(name))) return nothing;
      return anything;
    },
  });

module.exports = { vscode: lenient(said), said, seen, settings, events };

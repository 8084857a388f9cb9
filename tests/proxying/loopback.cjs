// Makes a Node program listen on loopback alone, whatever it asks for.
const net = require("node:net");
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (port, ...rest) {
  const options = typeof port === "object" ? port : { port };
  const ready = rest.filter((each) => typeof each === "function");
  return listen.call(this, { ...options, host: "127.0.0.1" }, ...ready);
};

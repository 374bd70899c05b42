// The cases of `make bench-actors`: against which program, how many operations a run takes with each (a program that is
// slower gets fewer), and the ratio that the design asks for.

import { dirname } from "node:path";

// How a program is started: `binary CASE COUNT`; `needs` says who may be missing.
export const programs = {
    troupe: { file: "bin/bench_actors_troupe" },
    zeromq: { file: "bin/bench_actors_zeromq" },
    system: { file: "bin/bench_actors_system" },
    zactor: { file: "bin/bench_actors_zactor", needs: "libczmq-dev" },
    caf: { file: "bin/bench_actors_caf", needs: "libcaf-dev, g++" },
    erlang: {
        file: "bench/bench_erlang.beam",
        needs: "erlang-base",
        command: (path, name) => ["erl", "-noshell", "-noinput", "+S", String(erlangSchedulers(name)),
            "+P", "1000000", "-pa", dirname(path), "-run", "bench_erlang", "main"],
    },
};

// `against`: who it is measured against -> [program, count, its case if that has another name]. The
// first one gives the row that bears the case's bare name. A count is for a full run; `isFixed` for a quick one, too.
const k = 1000;
export const cases = [
    {
        name: "local-message", unit: "ns", count: 3000 * k, max: 50,
        against: {
            zeromq: ["zeromq", 1000 * k], zactor: ["zactor", 300 * k],
            caf: ["caf", 500 * k], erlang: ["erlang", 1000 * k],
        },
    },
    {
        name: "local-ask", unit: "ns", count: 600 * k, max: 200,
        against: {
            zeromq: ["zeromq", 500 * k], zactor: ["zactor", 3 * k],
            caf: ["caf", 60 * k], erlang: ["erlang", 120 * k],
        },
    },
    {
        name: "ping-pong-local", unit: "ns", count: 800 * k,
        against: {
            zeromq: ["zeromq", 500 * k], zactor: ["zactor", 3 * k],
            caf: ["caf", 100 * k], erlang: ["erlang", 250 * k],
        },
    },
    {
        name: "ping-pong-threads", unit: "ns", count: 4 * k,
        against: {
            zeromq: ["zeromq", 4 * k], zactor: ["zactor", 4 * k],
            caf: ["caf", 4 * k], erlang: ["erlang", 6 * k],
        },
    },
    {
        name: "ping-pong-processes", unit: "ns", count: 2 * k,
        against: { zeromq: ["zeromq", 2 * k] },
    },
    {
        name: "cross-thread", unit: "messages/s", count: 2000 * k, minRatio: 0.8,
        against: {
            zeromq: ["zeromq", 4000 * k], zactor: ["zactor", 300 * k],
            caf: ["caf", 600 * k], erlang: ["erlang", 600 * k],
        },
    },
    {
        name: "fan-in", unit: "ns", count: 2000 * k,
        against: {
            zeromq: ["zeromq", 1000 * k], zactor: ["zactor", 300 * k],
            caf: ["caf", 500 * k], erlang: ["erlang", 400 * k],
        },
    },
    {
        name: "ring", unit: "ns", count: 2000 * k,
        against: {
            zeromq: ["zeromq", 1000 * k], zactor: ["zactor", 8 * k],
            caf: ["caf", 150 * k], erlang: ["erlang", 500 * k],
        },
    },
    {
        name: "spawn-stop", unit: "ns", count: 2000 * k, max: 300,
        against: {
            pthread: ["system", 3 * k], zactor: ["zactor", 600],
            caf: ["caf", 50 * k], erlang: ["erlang", 150 * k],
        },
    },
    {
        name: "timer-churn", unit: "ns", count: 1000 * k,
        against: { libev: ["system", 1000 * k], erlang: ["erlang", 200 * k] },
    },
    {
        name: "coroutine-switch", unit: "ns", count: 8000 * k,
        against: { ucontext: ["system", 500 * k] },
    },
    {
        name: "coroutine-create", unit: "ns", count: 3000 * k,
        against: { ucontext: ["system", 200 * k] },
    },
    {
        name: "coroutine-ask", unit: "ns", count: 600 * k, max: 200,
        against: {
            zeromq: ["zeromq", 500 * k, "local-ask"], caf: ["caf", 60 * k, "local-ask"],
            erlang: ["erlang", 120 * k, "local-ask"],
        },
    },
    {
        name: "idle-actor-bytes", unit: "bytes", count: 1000 * k, max: 256, isFixed: true,
        against: {
            pthread: ["system", 1 * k], zactor: ["zactor", 400],
            caf: ["caf", 50 * k], erlang: ["erlang", 50 * k],
        },
    },
    {
        name: "coroutine-bytes", unit: "bytes", count: 30 * k, max: 8192, isFixed: true,
        against: { pthread: ["system", 1 * k] },
    },
];

// Scheduler threads that Erlang needs for a case.
function erlangSchedulers(name) {
    return name === "cross-thread" || name === "ping-pong-threads" ? 2 : 1;
}

// The yardstick of actors in a compiled language: CAF, the C++ Actor Framework (0.17 and 0.18). One
// worker thread for what Troupe does on one core thread; for two, actors with a thread of their own.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <caf/all.hpp>

using namespace caf;
using std::uint64_t;

namespace {

double now_ns()
{
    auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double, std::nano>(now).count();
}

double resident_bytes()
{
    std::ifstream file("/proc/self/status");
    std::string line;
    double kib = 0;
    while (std::getline(file, line))
        if (line.rfind("VmRSS:", 0) == 0 || line.rfind("VmPTE:", 0) == 0)
            kib += std::strtod(line.c_str() + 6, nullptr);
    return kib * 1024;
}

// The measuring thread waits on these.
struct stage {
    std::mutex lock;
    std::condition_variable changed;
    uint64_t ended_count = 0;
    double ended_ns = 0;

    void end()
    {
        std::lock_guard<std::mutex> guard{lock};
        ended_ns = now_ns();
        ended_count++;
        changed.notify_one();
    }

    void wait(uint64_t count = 1)
    {
        std::unique_lock<std::mutex> guard{lock};
        changed.wait(guard, [&] { return ended_count >= count; });
    }
};

behavior counter(event_based_actor *self, uint64_t count, stage *on)
{
    return {[=](tick_atom, uint64_t) mutable {
        if (--count == 0) {
            on->end();
            self->quit();
        }
    }};
}

// Sends 64 messages a turn, as Troupe's does.
behavior sender(event_based_actor *self, actor to, uint64_t count)
{
    return {[=](update_atom) mutable {
        for (unsigned i = 0; i < 64 && count != 0; i++, count--)
            self->send(to, tick_atom_v, count);
        if (count != 0)
            self->send(self, update_atom_v);
        else
            self->quit();
    }};
}

template <spawn_options Options>
double stream(actor_system &system, uint64_t count, unsigned senders)
{
    stage on;
    count -= count % senders;
    double began = now_ns();
    actor to = system.spawn<Options>(counter, count, &on);
    for (unsigned i = 0; i < senders; i++)
        anon_send(system.spawn<Options>(sender, to, count / senders), update_atom_v);
    on.wait();
    return (on.ended_ns - began) / static_cast<double>(count);
}

behavior echo(event_based_actor *)
{
    return {[](tick_atom, uint64_t number) { return make_message(tick_atom_v, number); }};
}

behavior pinger(event_based_actor *self, actor to, uint64_t count, stage *on)
{
    return {[=](update_atom) { self->send(to, tick_atom_v, count); },
            [=](tick_atom, uint64_t) mutable {
                if (--count == 0) {
                    on->end();
                    self->quit();
                } else {
                    self->send(to, tick_atom_v, count);
                }
            }};
}

template <spawn_options Options> double ping_pong(actor_system &system, uint64_t count)
{
    stage on;
    actor to = system.spawn<Options>(echo);
    actor from = system.spawn<Options>(pinger, to, count, &on);
    double began = now_ns();
    anon_send(from, update_atom_v);
    on.wait();
    anon_send_exit(to, exit_reason::user_shutdown);
    return (on.ended_ns - began) / static_cast<double>(count);
}

behavior link_of_ring(event_based_actor *self, actor first_next, stage *on)
{
    auto next = std::make_shared<actor>(first_next);
    return {[=](update_atom, const actor &other) { *next = other; },
            [=](tick_atom, uint64_t left) {
                if (left == 0)
                    on->end();
                else
                    self->send(*next, tick_atom_v, left - 1);
            }};
}

double ring(actor_system &system, uint64_t count)
{
    stage on;
    std::vector<actor> all;
    for (unsigned i = 0; i < 10000; i++)
        all.push_back(system.spawn(link_of_ring, i == 0 ? actor{} : all.back(), &on));
    anon_send(all.front(), update_atom_v, all.back());
    double began = now_ns();
    anon_send(all.front(), tick_atom_v, count);
    on.wait();
    for (auto &each : all)
        anon_send_exit(each, exit_reason::user_shutdown);
    return (on.ended_ns - began) / static_cast<double>(count);
}

void ask_once(event_based_actor *self, actor to, uint64_t left, stage *on)
{
    self->request(to, std::chrono::seconds(5), tick_atom_v, left)
        .then(
            [=](tick_atom, uint64_t) {
                if (left == 1) {
                    on->end();
                    self->quit();
                } else {
                    ask_once(self, to, left - 1, on);
                }
            },
            [](const error &) { std::abort(); });
}

behavior asker(event_based_actor *self, actor to, uint64_t count, stage *on)
{
    return {[=](update_atom) { ask_once(self, to, count, on); }};
}

double ask(actor_system &system, uint64_t count)
{
    stage on;
    actor to = system.spawn(echo);
    actor from = system.spawn(asker, to, count, &on);
    double began = now_ns();
    anon_send(from, update_atom_v);
    on.wait();
    anon_send_exit(to, exit_reason::user_shutdown);
    return (on.ended_ns - began) / static_cast<double>(count);
}

behavior mayfly(event_based_actor *self, actor parent)
{
    self->send(parent, tick_atom_v, uint64_t{0});
    self->quit();
    return {};
}

// Those of one burst have ended before the next.
behavior spawner(event_based_actor *self, uint64_t count, stage *on)
{
    auto left = std::make_shared<uint64_t>(count);
    auto alive = std::make_shared<unsigned>(0);
    auto burst = [=] {
        for (; *alive < 64; ++*alive)
            self->spawn(mayfly, actor_cast<actor>(self));
    };
    return {[=](update_atom) { burst(); },
            [=](tick_atom, uint64_t) {
                --*left;
                if (--*alive != 0)
                    return;
                if (*left > 64)
                    return burst();
                on->end();
                self->quit();
            }};
}

double spawn_stop(actor_system &system, uint64_t count)
{
    stage on;
    count = (count + 63) / 64 * 64;
    double began = now_ns();
    anon_send(system.spawn(spawner, count, &on), update_atom_v);
    on.wait();
    return (on.ended_ns - began) / static_cast<double>(count);
}

behavior idler(event_based_actor *, stage *on)
{
    auto state = std::make_shared<uint64_t>(0);
    return {[=](tick_atom, uint64_t number) {
        *state = number;
        on->end();
    }};
}

double idle_actor_bytes(actor_system &system, uint64_t count)
{
    stage on;
    std::vector<actor> all;
    all.reserve(count);
    double before = resident_bytes();
    for (uint64_t i = 0; i < count; i++) {
        all.push_back(system.spawn(idler, &on));
        anon_send(all.back(), tick_atom_v, i);
    }
    on.wait(count);
    double each = (resident_bytes() - before) / static_cast<double>(count);
    for (auto &actor : all)
        anon_send_exit(actor, exit_reason::user_shutdown);
    return each;
}

double run(actor_system &system, const std::string &name, uint64_t count)
{
    if (name == "local-message")
        return stream<no_spawn_options>(system, count, 1);
    if (name == "fan-in")
        return stream<no_spawn_options>(system, count, 100);
    if (name == "cross-thread")
        return stream<detached>(system, count, 1);
    if (name == "ping-pong-local")
        return ping_pong<no_spawn_options>(system, count);
    if (name == "ping-pong-threads")
        return ping_pong<detached>(system, count);
    if (name == "ring")
        return ring(system, count);
    if (name == "local-ask")
        return ask(system, count);
    if (name == "spawn-stop")
        return spawn_stop(system, count);
    if (name == "idle-actor-bytes")
        return idle_actor_bytes(system, count);
    std::exit(2);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
#if CAF_VERSION >= 1800
    core::init_global_meta_objects();
#endif
    actor_system_config config;
#if CAF_VERSION >= 1800
    config.set("caf.scheduler.max-threads", 1);
#else
    config.set("scheduler.max-threads", 1);
#endif
    actor_system system{config};
    std::printf("%.3f 0.000\n", run(system, argv[1], std::strtoull(argv[2], nullptr, 10)));
}

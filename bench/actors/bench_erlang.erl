%% The yardstick of actors: Erlang. `main CASE COUNT` prints nanoseconds for one of COUNT operations, or
%% bytes of one of COUNT processes. Run with one scheduler for what Troupe does on one core thread, with
%% two for what it does on two. A message carries one number.
-module(bench_erlang).
-export([main/1]).

main([Case, Count]) ->
    Value = run(Case, list_to_integer(Count)),
    io:format("~.3f 0.000~n", [float(Value)]),
    halt(0).

run("local-message", Count) -> stream(Count, []);
run("cross-thread", Count) -> stream(Count, [{scheduler, 2}]);
run("fan-in", Count) -> fan_in(Count, 100);
run("ping-pong-local", Count) -> ping_pong(Count, []);
run("ping-pong-threads", Count) -> ping_pong(Count, [{scheduler, 2}]);
run("ring", Count) -> ring(Count, 10000);
run("local-ask", Count) -> ask(Count);
run("spawn-stop", Count) -> timed(Count, fun() -> spawn_stop(Count) end);
run("timer-churn", Count) -> timer_churn(Count);
run("idle-actor-bytes", Count) -> idle(Count).

%% The measuring process is one with a heap like any other's, on scheduler 1.
timed(Count, Fun) ->
    Self = self(),
    spawn_opt(
        fun() ->
            Began = erlang:monotonic_time(nanosecond),
            Fun(),
            Self ! {took, erlang:monotonic_time(nanosecond) - Began}
        end,
        [link, {scheduler, 1}]
    ),
    receive
        {took, Took} -> Took / Count
    end.

stream(Count, Options) ->
    timed(Count, fun() ->
        Self = self(),
        To = spawn_opt(fun() -> count(Count, Self) end, [link | Options]),
        send(Count, To),
        receive
            done -> ok
        end
    end).

count(0, Whom) ->
    Whom ! done;
count(Left, Whom) ->
    receive
        {tick, _Number} -> count(Left - 1, Whom)
    end.

send(0, _To) ->
    ok;
send(Left, To) ->
    To ! {tick, Left},
    send(Left - 1, To).

fan_in(Count, Senders) ->
    Each = Count div Senders,
    timed(Each * Senders, fun() ->
        Self = self(),
        [spawn_link(fun() -> send(Each, Self) end) || _ <- lists:seq(1, Senders)],
        take(Each * Senders)
    end).

take(0) ->
    ok;
take(Left) ->
    receive
        {tick, _Number} -> take(Left - 1)
    end.

echo() ->
    receive
        {From, {tick, Number}} ->
            From ! {tick, Number},
            echo();
        stop ->
            ok
    end.

ping_pong(Count, Options) ->
    timed(Count, fun() ->
        To = spawn_opt(fun echo/0, [link | Options]),
        ping(Count, To),
        To ! stop
    end).

ping(0, _To) ->
    ok;
ping(Left, To) ->
    To ! {self(), {tick, Left}},
    receive
        {tick, _Number} -> ping(Left - 1, To)
    end.

ring(Count, Size) ->
    Self = self(),
    First = spawn_link(fun() -> first_of_ring(Self) end),
    Last = lists:foldl(
        fun(_, Next) -> spawn_link(fun() -> pass_on(Next, Self) end) end,
        First,
        lists:seq(2, Size)
    ),
    First ! {next, Last},
    timed_token(Last, Count).

timed_token(To, Count) ->
    Began = erlang:monotonic_time(nanosecond),
    To ! {tick, Count},
    receive
        done -> (erlang:monotonic_time(nanosecond) - Began) / Count
    end.

first_of_ring(Whom) ->
    receive
        {next, Next} -> pass_on(Next, Whom)
    end.

pass_on(Next, Whom) ->
    receive
        {tick, 0} ->
            Whom ! done,
            pass_on(Next, Whom);
        {tick, Left} ->
            Next ! {tick, Left - 1},
            pass_on(Next, Whom)
    end.

%% What gen:call does: a monitor whose reference is also the way back, and a deadline.
ask(Count) ->
    timed(Count, fun() ->
        To = spawn_link(fun answer/0),
        ask(Count, To)
    end).

ask(0, _To) ->
    ok;
ask(Left, To) ->
    Reference = erlang:monitor(process, To, [{alias, demonitor}]),
    To ! {ask, Reference, Left},
    receive
        {Reference, _Answer} ->
            erlang:demonitor(Reference, [flush]);
        {'DOWN', Reference, _, _, Reason} ->
            exit(Reason)
    after 5000 -> exit(timeout)
    end,
    ask(Left - 1, To).

answer() ->
    receive
        {ask, Reference, Number} ->
            Reference ! {Reference, Number},
            answer()
    end.

%% Those of one burst have ended before the next.
spawn_stop(Left) when Left =< 0 ->
    ok;
spawn_stop(Left) ->
    Self = self(),
    [spawn(fun() -> Self ! ended end) || _ <- lists:seq(1, 64)],
    ended(64),
    spawn_stop(Left - 64).

ended(0) ->
    ok;
ended(Left) ->
    receive
        ended -> ended(Left - 1)
    end.

timer_churn(Count) ->
    Rounds = (Count + 99999) div 100000,
    timed(Rounds * 100000, fun() -> timer_rounds(Rounds) end).

timer_rounds(0) ->
    ok;
timer_rounds(Left) ->
    Timers = [
        erlang:start_timer(10000 + I * 7919 rem 60000, self(), tick)
     || I <- lists:seq(1, 100000)
    ],
    [erlang:cancel_timer(Timer) || Timer <- Timers],
    timer_rounds(Left - 1).

idle(Count) ->
    Before = resident(),
    Processes = [spawn_link(fun() -> idler(0) end) || _ <- lists:seq(1, Count)],
    [Process ! {self(), tick, 1} || Process <- Processes],
    [
        receive
            {Process, noted} -> ok
        end
     || Process <- Processes
    ],
    (resident() - Before) / Count.

idler(_State) ->
    receive
        {From, tick, Number} ->
            From ! {self(), noted},
            idler(Number)
    end.

%% Bytes, page tables included, as for the other programs.
resident() ->
    {ok, Text} = file:read_file("/proc/self/status"),
    lists:sum([
        1024 * binary_to_integer(Kib)
     || Name <- [<<"VmRSS">>, <<"VmPTE">>],
        {match, [Kib]} <- [
            re:run(Text, [Name, <<":\\s+([0-9]+) kB">>], [{capture, all_but_first, binary}])
        ]
    ]).

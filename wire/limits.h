#ifndef TR_WIRE_LIMITS_H
#define TR_WIRE_LIMITS_H

// Every cap in one place. Input beyond one of them is refused with an error code (a test covers
// each), never queued or allocated. Units are in the names: bytes, messages, milliseconds, items.

// A browser's packet.
#define TR_BROWSER_PACKET_CAP_BYTES (256u * 1024u) // WebSocket message; beyond: close 1009
#define TR_BROWSER_PACKETS_PER_S 10000u // of one browser, in the long run; beyond: it is read later
#define TR_BROWSER_PACKETS_BURST 20000u // and at once
#define TR_SCAN_DEPTH_CAP 24u           // nested arrays and maps
#define TR_SCAN_ITEM_CAP 16384u         // values in one packet
#define TR_SESSION_ID_CAP_BYTES 64u
#define TR_PAGE_NAME_CAP_BYTES 256u
#define TR_EVENT_NAME_CAP_BYTES 64u
#define TR_CALL_ID_CAP_BYTES 64u
#define TR_CALL_PAYLOAD_CAP_BYTES 1024u // payload of a control's handler
#define TR_PROMPT_DEADLINE_MS 86400000u // a sync handler waits so long for the user's answer
#define TR_ROUTE_CAP_BYTES 8192u        // an address that an app goes to
#define TR_ROUTE_DEPTH_CAP 16u          // its segments; beyond: an address that leads nowhere

// A browser's connection.
#define TR_CONNECTION_WINDOW 128u       // packets handed to the session and not yet credited
#define TR_CONNECTION_BACKLOG 16u       // packets kept while the session is being found
#define TR_HOLD_DEADLINE_MS 4000u       // it waits so long for its session to arrive elsewhere
#define TR_PACKET_WINDOW 4u             // packets of a session not yet written to its browser
#define TR_OUTBOX_CAP_BYTES (16u << 20) // one packet towards a browser; beyond: the session's bug
#define TR_REGISTER_DEADLINE_MS 10000u  // from WebSocket open to registration; beyond: close 1008
#define TR_WRITE_DEADLINE_MS 30000u     // a browser that takes nothing for so long is dropped
#define TR_CONNECTIONS_PER_CORE_CAP 65536u
#define TR_PLACE_DEADLINE_MS 5000u // it waits so long while there is no worker; beyond: close 1013
#define TR_PLACING_CAP 4096u       // so many wait, of each core thread; beyond: close 1013
#define TR_PLACING_CAP_BYTES (16u << 20) // with registrations of so many bytes; beyond: close 1013

// The bus.
#define TR_BATCH_CAP_BYTES (64u * 1024u)       // a batch is sent when it has grown past this
#define TR_BATCH_RECEIVE_CAP_BYTES (32u << 20) // beyond: refused by ZeroMQ itself
#define TR_LINK_WINDOW_BATCHES 256u            // batches a peer has not yet acknowledged
#define TR_LINK_PENDING_CAP_BYTES (8u << 20)   // waiting behind a full window; beyond: TR_EFULL
#define TR_PEERS_CAP 1024u                     // processes in the cluster
#define TR_LINKS_CAP (4u * TR_PEERS_CAP)       // of one core thread, one a core thread elsewhere
#define TR_ENVELOPE_CAP_BYTES (24u << 20)      // one message as it travels, its head included
// The texts, bytes and packets of one message together; beyond: whoever sends it gets TR_ETOOBIG.
// Its struct and heads need less than what is left of an envelope.
#define TR_MESSAGE_CAP_BYTES (TR_ENVELOPE_CAP_BYTES - 4096u)
#define TR_HEARTBEAT_MS 500u
// A connection whose other end has answered nothing for so long is closed. What answers waits behind
// a message, which may be as large as can be and the network slow: 3 MiB a second are enough.
#define TR_BUS_CONNECTION_SILENCE_MS 8000
#define TR_BUS_HANDSHAKE_MS 3000u   // of a connection that says who it is; beyond: it is closed
#define TR_BROKER_RECONNECT_MS 200u // a broker that comes back is found within this and a little
#define TR_PEER_SILENCE_MS 2000u    // no heartbeat for so long: the node is gone

// Actors.
#define TR_MAILBOX_CAP 1024u             // messages, unless the behaviour names its own
#define TR_MAILBOX_CAP_BYTES (64u << 20) // of all its messages; beyond: TR_EFULL, as with too many
#define TR_TURN_BUDGET 64u               // messages an actor may take before others get their turn
#define TR_ACTORS_PER_CORE_CAP (1u << 22)
#define TR_COROUTINES_PER_CORE_CAP 8192u // unless the system names its own
#define TR_COROUTINE_STACK_BYTES                                                                   \
    (256u * 1024u) // of address space; only what was touched is resident
// Wider than a page: a function with a large frame must not step over it.
#define TR_COROUTINE_GUARD_BYTES (64u * 1024u)
#define TR_COROUTINE_RUNS_PER_TURN 4096u // then sockets are looked at
#define TR_STACKS_KEPT_CAP 256u          // of ended coroutines, for the next ones, per core thread
#define TR_STACKS_PER_PROCESS_CAP                                                                  \
    131072u // or what vm.max_map_count leaves (actors/core/coroutine_stack.h)
#define TR_CANCELLED_WAITS_CAP 1024u // a coroutine that ignores its cancelling is ended by force
#define TR_CLEANUPS_PER_COROUTINE_CAP 1024u
#define TR_GROUP_MEMBERS_CAP 32768u
#define TR_CORES_CAP 64u
#define TR_POOL_THREADS 64u    // of each core thread, unless an option says otherwise; so do
#define TR_POOL_QUEUE 1024u    // jobs waiting for a pool thread,
#define TR_POOL_IDLE_MS 10000u // an idle pool thread ends after this,
#define TR_POOL_DEADLINE_MS                                                                        \
    300000u // and a job that runs longer is late (caps: troupe/actors/pool.h)
#define TR_POOL_BACKGROUND_CAP 32u        // background handlers, not counted against the threads
#define TR_DRAIN_MS 1000u                 // of tr_system_stop, unless the options name their own
#define TR_STOP_DEADLINE_MS 10000u        // then, for handlers and jobs that do not return
#define TR_ASK_DEADLINE_MS 5000u          // unless the caller names its own
#define TR_RELATIONS_PER_ACTOR_CAP 65536u // monitors and links, of it and to it
#define TR_QUESTIONS_PER_ACTOR_CAP 1024u  // of tr_ask, unanswered
#define TR_WATCHES_PER_ACTOR_CAP 256u     // file descriptors
#define TR_SPAWNS_WAITING_CAP 4096u       // of tr_spawn_on, per process
#define TR_ALARMS_PER_ACTOR_CAP 256u
#define TR_NAME_CAP_BYTES 128u
#define TR_NAMES_PER_ACTOR_CAP 64u
#define TR_NAMES_CAP 65536u         // kept or cached by one registry; a cache forgets its oldest
#define TR_NAMES_OF_NODE_CAP 16384u // in cluster scope
#define TR_NAME_WAITERS_CAP 1024u   // look-ups and messages that wait for one name
#define TR_UNSENT_CAP 65536u // messages that must not be lost and found their way full, of one
#define TR_UNSENT_CAP_BYTES (64u << 20) // queue, and their bytes; beyond: dropped, counted, logged
#define TR_NAME_DEADLINE_MS 5000u       // for a broker to answer
#define TR_NAME_GRACE_MS 1200u // a broker grants no new name before the old ones were repeated
#define TR_TOPICS_PER_ACTOR_CAP 1024u
#define TR_TOPICS_CAP 65536u           // that one core thread knows of
#define TR_PRESENCES_PER_ACTOR_CAP 64u // topics that it joins, and that it watches
#define TR_PRESENCES_CAP 65536u        // in the cluster
#define TR_PRESENCE_META_CAP_BYTES 256u
#define TR_PRESENCE_LIST_CAP 16384u // in one answer
#define TR_PRESENCE_EVENTS_CAP 128u // that wait for a page's handler
#define TR_CHILDREN_PER_SUPERVISOR_CAP 32768u
#define TR_RESTARTS_CAP 1024u // of a supervisor's restart intensity

// A session.
#define TR_CONTROLS_PER_PAGE_CAP (1u << 20)
#define TR_CONTROL_DEPTH_CAP 100u // controls below each other
#define TR_KEY_CAP_BYTES 256u
#define TR_TEXT_CAP_BYTES (1u << 20)     // one text value set by an app
#define TR_SHARED_PATCHES_CAP 8u         // that a core thread remembers for other pages
#define TR_SHARED_PATCH_CAP_BYTES 65536u // larger ones are encoded for each page
#define TR_PATCH_SIGNATURE_CAP_BYTES 65536u
#define TR_ROWS_CAP 400u  // of a list built on demand, that a browser may have at once
#define TR_ROWS_FIRST 40u // built before it asked for any
#define TR_ROWS_MORE 50u  // each time it came to the end, when it cannot ask (Flet's own client)
#define TR_ROWS_WHOLE_CAP 1000u          // and in all, then
#define TR_CALLS_PER_SESSION_CAP 1024u   // handlers in flight in one session
#define TR_CALL_TRIES 3u                 // handlers processes without room, before a call gives up
#define TR_CALL_WAITING_CAP 128u         // events kept until the session's running handlers suspend
#define TR_CLIENT_CALLS_CAP 256u         // method calls its browser has not answered yet
#define TR_CLIENT_CALL_MS 15000u         // and how long it may take, unless the caller says
#define TR_RESULTS_CAP_BYTES (16u << 20) // answers of the browser that one handler holds, decoded
#define TR_ICON_WARNINGS_CAP 100u  // unknown icons of a process that are compared with all names
#define TR_PACKETS_QUEUED_CAP 256u // calls and channel packets behind a slow browser
#define TR_CHANNELS_PER_SESSION_CAP 64u
#define TR_RESUME_RING_CAP 64u // packets kept until the browser has them; beyond: the oldest goes,
#define TR_RESUME_RING_CAP_BYTES (1u << 20) // and one that missed it gets the whole page
#define TR_SEEN_PACKETS 64u // of the browser's that are safe: then it is told at once,
#define TR_SEEN_MS 250u     // and after so long in any case
#define TR_STATE_CAP_BYTES (1u << 20)
#define TR_STORE_VALUES_CAP 256u // kept by key in one session
#define TR_STORE_KEY_CAP_BYTES 128u
#define TR_STORE_CAP_BYTES (64u * 1024u)     // with their keys
#define TR_SESSION_FILE_CAP_BYTES (4u << 20) // a session that moves; beyond: it ends where it is
#define TR_MOVE_SETTLE_MS 2000u // its handlers may take so long to end; then they are interrupted,
#define TR_MOVE_UNWIND_MS 200u  // and have so long for that
// Nobody is waited for less long than until a silent process is taken for gone: until then it is slow.
#define TR_MOVE_HOLD_MS 250u // its connection is asked again, if it did not answer,
#define TR_MOVE_HOLD_TRIES (TR_PEER_SILENCE_MS / TR_MOVE_HOLD_MS + 2) // so often
#define TR_MOVE_ANSWER_MS (TR_PEER_SILENCE_MS + 500u) // for the other worker to take it
#define TR_MOVE_ARRIVE_MS TR_HOLD_DEADLINE_MS         // for its connection to follow it
#define TR_MOVES_AT_ONCE 64u                          // of one core thread
#define TR_SESSION_TIMEOUT_MS 3600000u                // a disconnected session is kept so long
#define TR_SESSION_UNUSED_MS 60000u // unless anybody has used its page: then it is kept so long
#define TR_SESSION_RETURNS_PER_S 2u // connections of one session, in the long run; beyond: 1013
#define TR_SESSION_RETURNS_BURST 60u
#define TR_AWAY_MS 5000u // a page without its browser is present for so long, and does not pause
#define TR_CLIENT_VALUES_CAP_BYTES                                                                 \
    (2u                                                                                            \
     << 20) // what a browser has set in all fields of a page; beyond: it gets the old value again
#define TR_TYPING_CAP_BYTES                                                                        \
    (512u << 10) // of a page: older versions of texts that are typed while the server changes them
#define TR_FILTERED_TEXT_CAP_BYTES (64u << 10) // of a field with an input_filter
#define TR_TYPING_FIELDS_CAP 32u
#define TR_TYPING_VERSIONS_CAP 32u // of one text
#define TR_UNLOADS_PER_TURN 256u   // sessions that go to the store while memory is short
#define TR_SESSIONS_PER_CORE_CAP (1u << 20)
#define TR_TASK_PAYLOAD_CAP_BYTES (1u << 20)
#define TR_TOPIC_NAME_CAP_BYTES 128u
#define TR_TOPIC_QUEUE_CAP 1024u            // messages that wait for a page's handler, at most
#define TR_TOPIC_QUEUE_CAP_BYTES (4u << 20) // and their payloads
#define TR_TOPIC_PAYLOAD_CAP_BYTES (1u << 20)

// The cluster.
#define TR_SNAPSHOT_DELAY_MS 100u // from a page's first change to its being written
#define TR_SNAPSHOT_GRACE_MS 60000u
#define TR_RUNS_CAP 3u // of one event's handler, where each ended with its process; then it is told
#define TR_OPENINGS_CAP 4096u // browsers of a core thread that wait for their session to be read
#define TR_OPENING_DEADLINE_MS 5000u // or for its shard; beyond: told to come again
#define TR_STORE_PENDING_CAP 65536u  // operations that a core thread's store has not answered
#define TR_STORE_PENDING_CAP_BYTES (256u << 20) // and bytes of snapshots in them; beyond: TR_EFULL
#define TR_STORE_IMAGES_CAP_BYTES (16u << 20)   // of a core thread: beside them changes are written
#define TR_STORE_IMAGE_KEPT_MS 60000u           // from a session's last write
#define TR_STORE_RANGES_CAP 64u                 // stores that one --store may name
#define TR_STORE_URL_CAP_BYTES 1024u            // of one of them
#define TR_STORE_MERGED_CAP_BYTES 128u // of a change that takes the place of the one before
#define TR_STORE_CHANGES_CAP 128u      // of a session, behind its base; then it is written whole:
#define TR_STORE_CHANGES_LEAST_BYTES 512u // also beyond this, and its base's own size,
#define TR_STORE_CHANGE_EXTRA_BYTES 32u   // where each counts for so many more
// Two processes share one connection when the core threads of one, times those of the other, are more.
#define TR_TRUNK_OVER 64u
#define TR_SHARDS 1024u // session ids hash to these; workers own shards, not sessions
#define TR_EPOCH_CAP (UINT64_C(1) << 62) // of a shard; a higher one is a mistake of whoever says it
// An owner that no longer says it has a shard may be on its way to give it: longer than the longest move.
#define TR_SHARD_ON_WAY_MS 6000u
#define TR_SHARD_KEPT_MS                                                                           \
    15000u // a silent worker whose pages no store has keeps its shards for so long
#define TR_ENDPOINT_CAP_BYTES 256u
#define TR_NODE_NAME_CAP_BYTES 128u
#define TR_APP_NAME_CAP_BYTES 64u // of an app as brokers know it; a longer name is cut
#define TR_BROKERS_CAP 8u

// HTTP.
#define TR_HTTP_PATH_CAP_BYTES 8192u
#define TR_EDGE_READ_BYTES 32768u // of one read, and so what a connection that is paused may hold
#define TR_HTTP_HEAD_CAP_BYTES 16384u // request line and headers; beyond: 431
#define TR_HEAD_LINES_CAP 256u        // headers of a request; beyond: 431
#define TR_HEAD_FIELDS_CAP                                                                         \
    84u // of them those that libwebsockets knows, and parameters of the address; beyond: 431
#define TR_HALF_OPEN_CAP                                                                           \
    4096u // connections without a whole request, of each core thread; beyond: the oldest goes
#define TR_HALF_OPEN_ADDRESS_CAP 64u // of one address, of each core thread; beyond: its oldest goes
#define TR_HEADS_PER_CORE_CAP                                                                      \
    2048u                       // later requests of kept connections whose heads are on their way
#define TR_SITE_FILES_CAP 4096u // of one folder that is served
#define TR_SITE_BYTES_CAP (512u << 20) // of them together: they are kept in memory
#define TR_MOUNT_CAP_BYTES 128u
#define TR_POLICY_SOURCES_CAP_BYTES 1024u

// Uploads.
#define TR_UPLOADS_PER_CORE_CAP 64u // under way; beyond: 503
#define TR_UPLOAD_BUFFER_BYTES                                                                     \
    (256u * 1024u) // of a body, read and not yet with a pool thread; beyond: it is not read
#define TR_UPLOAD_SILENCE_MS 30000u     // nothing of a body has come for so long: 408
#define TR_UPLOAD_TELL_MS 250u          // its session is told how far it is, at most so often
#define TR_UPLOAD_ANSWER_MS 15000u      // for its session to answer; beyond: 503
#define TR_UPLOAD_END_MS 60000u         // and to hear that the file is there
#define TR_UPLOADS_PER_SESSION_CAP 256u // URLs that have not expired
#define TR_UPLOADS_AT_ONCE_CAP 8u       // of one session under way; the next waits, then 503
#define TR_UPLOAD_EXPIRES_S 600u        // unless an app says otherwise
#define TR_UPLOAD_EXPIRES_CAP_S 604800u

// Requests that an app answers itself.
#define TR_HTTP_CALLS_PER_CORE_CAP 256u      // under way; beyond: 503
#define TR_HTTP_BODY_CAP_BYTES (8u << 20)    // of a request or an answer; a route may allow less
#define TR_HTTP_BODIES_CAP_BYTES (64u << 20) // of requests of a core thread; beyond: 503
#define TR_HTTP_BODY_SILENCE_S 30            // nothing of a body has come for so long: closed
#define TR_HTTP_TIMEOUT_CAP_MS 600000u       // for an answer
#define TR_HEADER_NAME_CAP_BYTES 64u         // that a route names
#define TR_ANSWER_HEADERS_CAP_BYTES 2048u    // of the app's own, in an answer
#define TR_LENT_FILES_CAP 1024u              // of answers under way, of a core thread

// A page's text in its HTML (docs/howto/first-paint.md). Beyond any of these the page goes out without it.
#define TR_PAINT_WAIT_MS 300u          // a gateway waits so long for it
#define TR_PAINT_BUILD_MS 200u         // and a worker for what a page's build waits for
#define TR_PAINT_CAP_BYTES (64u << 10) // what is behind that is left out
#define TR_PAINT_TITLE_CAP_BYTES 1024u // likewise
#define TR_PAINT_LANGUAGE_CAP_BYTES 64u
#define TR_PAINTS_PER_CORE_CAP                                                                     \
    64u                        // asked for at once by a gateway, and at work at once in a worker
#define TR_PAINT_SHARE 4u      // a worker's core thread gives a fourth of its time in the long run
#define TR_PAINT_BURST_MS 100u // and so much at once

// Downloads. What concerns URLs is as for uploads.
#define TR_DOWNLOADS_PER_CORE_CAP 256u // under way; beyond: 503
#define TR_DOWNLOADS_AT_ONCE_CAP 16u   // of one session under way; the next waits, then 503
#define TR_DOWNLOAD_PIECE_BYTES                                                                    \
    (128u * 1024u) // on the bus at a time: one is sent to the browser while the next one is asked
#define TR_DOWNLOAD_ANSWER_MS 15000u      // for its session to answer; beyond: it is cut off
#define TR_DOWNLOAD_READ_MS 30000u        // for a source to give a piece; beyond: cut off
#define TR_DOWNLOAD_BYTES_CAP (1u << 20)  // of one that comes from memory
#define TR_DOWNLOAD_MEMORY_CAP (2u << 20) // of all those of a session
#define TR_DOWNLOAD_STATE_CAP_BYTES 1024u // of a source
#define TR_DOWNLOAD_PATH_CAP_BYTES 4096u  // of a file
#define TR_MEDIA_TYPE_CAP_BYTES 127u      // "text/plain; charset=utf-8"

#endif

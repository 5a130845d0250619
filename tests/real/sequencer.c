/* An ALSA sequencer for tests, put before the real one (LD_PRELOAD): one client "Fake" with one port "Port".
   SEQUENCER=taken: the port cannot be opened, as where another program has it.
   SEQUENCER=busy: it can, and sends controller 1 without end, in time with nothing.
   SEQUENCER=quiet: it can, and sends nothing.
   SEQUENCER=crashes: whoever opens the port is ended by a fault of the driver's; SEQUENCER=rotten: whoever lists ports.
   SEQUENCER=hangs: whoever opens the port waits for ever.
   SEQUENCER_LOG names a file for lines "call thread" of all calls that make, ask and close clients and ports. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int handle[64], clients, ports, pipes[2] = {-1, -1};
static unsigned char event[28]; /* snd_seq_event_t: type at 0, channel at 16, parameter at 20, value at 24 */

static int is(const char *what) { const char *how = getenv("SEQUENCER"); return how && !strcmp(how, what); }
static int opens(void)
{
    if (is("crashes")) abort();
    while (is("hangs")) pause();
    return is("taken") ? -16 : 0;
}
static int called(const char *what, int result)
{
    const char *name = getenv("SEQUENCER_LOG");
    FILE *log = name ? fopen(name, "a") : NULL;
    if (log) {
        fprintf(log, "%s %d\n", what, (int)gettid());
        fclose(log);
    }
    return result;
}

int snd_seq_open(void **h, const char *n, int s, int m) { *h = handle; return called("open", 0); }
int snd_seq_close(void *h) { return called("close", 0); }
int snd_seq_client_id(void *h) { return 128; }
int snd_seq_set_client_name(void *h, const char *n) { return 0; }
int snd_seq_alloc_named_queue(void *h, const char *n) { return 1; }
int snd_seq_alloc_queue(void *h) { return 1; }
int snd_seq_free_queue(void *h, int q) { return 0; }
int snd_seq_set_queue_tempo(void *h, int q, void *t) { return 0; }
int snd_seq_drain_output(void *h) { return 0; }
int snd_seq_control_queue(void *h, int q, int t, int v, void *e) { return 0; }
void snd_seq_client_info_set_client(void *i, int c) { clients = c < 0 ? 0 : 1; }
int snd_seq_query_next_client(void *h, void *i)
{
    if (is("rotten")) abort();
    return called("list", clients++ == 0 ? 0 : -1);
}
int snd_seq_client_info_get_client(void *i) { return 20; }
const char *snd_seq_client_info_get_name(void *i) { return "Fake"; }
void snd_seq_port_info_set_client(void *i, int c) { }
void snd_seq_port_info_set_port(void *i, int p) { ports = 0; }
int snd_seq_query_next_port(void *h, void *i) { return ports++ == 0 ? 0 : -1; }
unsigned snd_seq_port_info_get_type(void *i) { return ~0u; }
unsigned snd_seq_port_info_get_capability(void *i) { return 0x63; }
int snd_seq_port_info_get_client(void *i) { return 20; }
int snd_seq_port_info_get_port(void *i) { return 0; }
const char *snd_seq_port_info_get_name(void *i) { return "Port"; }
int snd_seq_get_any_client_info(void *h, int c, void *i) { return 0; }
int snd_seq_get_port_info(void *h, int p, void *i) { return 0; }
int snd_seq_get_any_port_info(void *h, int c, int p, void *i) { return 0; }
int snd_seq_set_port_info(void *h, int p, void *i) { return 0; }
int snd_seq_create_port(void *h, void *i) { return called("port", opens()); }
int snd_seq_create_simple_port(void *h, const char *n, unsigned c, unsigned t) { return called("port", opens()); }
int snd_seq_delete_port(void *h, int p) { return called("unport", 0); }
int snd_seq_delete_simple_port(void *h, int p) { return called("unport", 0); }
int snd_seq_subscribe_port(void *h, void *s) { return 0; }
int snd_seq_unsubscribe_port(void *h, void *s) { return 0; }
int snd_seq_connect_from(void *h, int p, int c, int q) { return 0; }
int snd_seq_nonblock(void *h, int n) { return 0; }
int snd_seq_poll_descriptors_count(void *h, short e) { return 1; }
int snd_seq_poll_descriptors(void *h, struct pollfd *p, unsigned n, short e)
{
    if (pipes[0] < 0 && pipe(pipes)) return 0;
    p->fd = pipes[0];
    p->events = POLLIN;
    return 1;
}
int snd_seq_event_input_pending(void *h, int f) { return is("busy"); }
int snd_seq_event_input(void *h, void **e)
{
    usleep(200);
    event[0] = 10; /* SND_SEQ_EVENT_CONTROLLER */
    event[20] = 1;
    event[24] = (event[24] + 1) & 127;
    *e = event;
    return 28;
}

/* A JACK client that copies its input to its output for so many seconds. */
#include <jack/jack.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static jack_port_t *in, *out;

static int process(jack_nframes_t frames, void *arg) {
    memcpy(jack_port_get_buffer(out, frames), jack_port_get_buffer(in, frames), frames * sizeof(float));
    return 0;
}

int main(int argc, char **argv) {
    jack_client_t *client = jack_client_open("copy", JackNoStartServer, NULL);
    if (!client || argc < 2) return 2;
    in = jack_port_register(client, "in", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
    out = jack_port_register(client, "out", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
    jack_set_process_callback(client, process, NULL);
    if (jack_activate(client)) return 2;
    jack_connect(client, "copy:out", "system:playback_1");
    jack_connect(client, "system:capture_1", "copy:in");
    usleep((useconds_t)(atof(argv[1]) * 1e6));
    jack_client_close(client);
    return 0;
}

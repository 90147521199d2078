/* The machine's own limit for an SNMP sweep on loopback, and agents to sweep.
 *
 *   snmp respond THREADS SILENT_EVERY     agents on every loopback address; prints its port, ends with its standard input
 *   snmp sweep PORT FIRST COUNT REQUEST   REQUEST (hex) to COUNT addresses from FIRST (dotted): one thread sends, one counts
 *
 * The agents repeat version, community and request id of what they are asked and give three values of the system group.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, ROOM = 1024, BUFFER = 32 << 20 };

static int port, silent_every, sweeper;
static uint32_t first_address, how_many;
static unsigned char *heard;
static volatile uint32_t heard_count;

static int udp(int to_port) {
    int made = socket(AF_INET, SOCK_DGRAM, 0), yes = 1, room = BUFFER;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(to_port)};
    setsockopt(made, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    if (setsockopt(made, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room))
        setsockopt(made, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (setsockopt(made, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room))
        setsockopt(made, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    setsockopt(made, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);
    if (bind(made, (struct sockaddr *)&here, sizeof here)) { perror("bind"); exit(1); }
    return made;
}

/* Behind the value at `at`, or -1. Short lengths and those of one or two octets. */
static int skip(const unsigned char *data, int size, int at, int inside) {
    if (at < 0 || at + 2 > size) return -1;
    int length = data[at + 1], start = at + 2;
    if (length == 0x81 && at + 3 <= size) { length = data[at + 2]; start = at + 3; }
    else if (length == 0x82 && at + 4 <= size) { length = data[at + 2] << 8 | data[at + 3]; start = at + 4; }
    else if (length > 0x7f) return -1;
    if (start + length > size) return -1;
    return inside ? start : start + length;
}

static int answer(const unsigned char *in, int size, uint32_t address, unsigned char *out) {
    static const char description[] = "5G base station, simulated agent of a benchmark, software 20.10";
    int version = skip(in, size, 0, 1), community = skip(in, size, version, 0), pdu = skip(in, size, community, 0);
    if (pdu < 0 || pdu >= size || in[0] != 0x30 || in[pdu] != 0xa0) return 0;
    int number = skip(in, size, pdu, 1), status = skip(in, size, number, 0);
    if (status < 0 || pdu - version > 100 || status - number > 10) return 0;
    unsigned char list[256], *to = list;
    static const unsigned char system[] = {6, 8, 0x2b, 6, 1, 2, 1, 1};
    static const unsigned char object[] = {6, 9, 0x2b, 6, 1, 4, 1, 0x8f, 0x5b, 2, 1};
    char name[32];
    int named = snprintf(name, sizeof name, "station-%08x", address);
    for (int which = 0; which < 3; which++) {
        const void *value = which == 0 ? (const void *)description : which == 1 ? (const void *)object : (const void *)name;
        int length = which == 0 ? (int)sizeof description - 1 : which == 1 ? (int)sizeof object : named;
        int head = which == 1 ? 0 : 2;
        *to++ = 0x30; *to++ = 10 + head + length;
        memcpy(to, system, 8); to += 8; *to++ = which == 2 ? 5 : which + 1; *to++ = 0;
        if (head) { *to++ = 4; *to++ = length; }
        memcpy(to, value, length); to += length;
    }
    int bindings = to - list, inner = status - number + 6 + 3 + bindings, whole = pdu - version + 3 + inner;
    unsigned char *end = out;
    *end++ = 0x30; *end++ = 0x81; *end++ = whole;
    memcpy(end, in + version, pdu - version); end += pdu - version;
    *end++ = 0xa2; *end++ = 0x81; *end++ = inner;
    memcpy(end, in + number, status - number); end += status - number;
    memcpy(end, "\2\1\0\2\1\0", 6); end += 6;
    *end++ = 0x30; *end++ = 0x81; *end++ = bindings;
    memcpy(end, list, bindings);
    return whole > 255 ? 0 : 3 + whole;
}

static void *agents(void *unused) {
    int made = udp(port);
    static __thread unsigned char in[BATCH][ROOM], out[BATCH][ROOM];
    static __thread char note[BATCH][64];
    struct mmsghdr got[BATCH], give[BATCH];
    struct iovec from[BATCH], to[BATCH];
    struct sockaddr_in peer[BATCH];
    for (;;) {
        memset(got, 0, sizeof got);
        for (int i = 0; i < BATCH; i++) {
            from[i] = (struct iovec){in[i], ROOM};
            got[i].msg_hdr = (struct msghdr){&peer[i], sizeof peer[i], &from[i], 1, note[i], 64, 0};
        }
        int count = recvmmsg(made, got, BATCH, MSG_WAITFORONE, NULL), ready = 0;
        for (int i = 0; i < count; i++) {
            struct cmsghdr *said = CMSG_FIRSTHDR(&got[i].msg_hdr);
            if (!said) continue;
            struct in_pktinfo *where = (struct in_pktinfo *)CMSG_DATA(said);
            uint32_t address = ntohl(where->ipi_addr.s_addr);
            if (silent_every && address % silent_every == 0) continue;
            int size = answer(in[i], got[i].msg_len, address, out[ready]);
            if (!size) continue;
            where->ipi_spec_dst = where->ipi_addr;
            where->ipi_ifindex = 0;
            to[ready] = (struct iovec){out[ready], size};
            memset(&give[ready], 0, sizeof give[ready]);
            give[ready].msg_hdr = (struct msghdr){&peer[i], sizeof peer[i], &to[ready], 1, note[i], got[i].msg_hdr.msg_controllen, 0};
            ready++;
        }
        for (int done = 0, now; done < ready; done += now > 0 ? now : 1) now = sendmmsg(made, give + done, ready - done, 0);
    }
    return unused;
}

static void *listener(void *unused) {
    static unsigned char in[BATCH][ROOM];
    struct mmsghdr got[BATCH];
    struct iovec to[BATCH];
    struct sockaddr_in peer[BATCH];
    struct timeval patience = {1, 0};
    setsockopt(sweeper, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while (heard_count < how_many) {
        memset(got, 0, sizeof got);
        for (int i = 0; i < BATCH; i++) {
            to[i] = (struct iovec){in[i], ROOM};
            got[i].msg_hdr = (struct msghdr){&peer[i], sizeof peer[i], &to[i], 1, NULL, 0, 0};
        }
        int count = recvmmsg(sweeper, got, BATCH, MSG_WAITFORONE, NULL);
        if (count <= 0) break;
        for (int i = 0; i < count; i++) {
            uint32_t place = ntohl(peer[i].sin_addr.s_addr) - first_address;
            if (place < how_many && !heard[place]) heard[place] = 1, heard_count++;
        }
    }
    return unused;
}

static int sweep(char **words) {
    static unsigned char request[ROOM];
    int size = 0, to_port = atoi(words[0]);
    first_address = ntohl(inet_addr(words[1]));
    how_many = atoi(words[2]);
    for (const char *hex = words[3]; hex[0] && hex[1] && size < ROOM; hex += 2) sscanf(hex, "%2hhx", &request[size++]);
    heard = calloc(how_many, 1);
    sweeper = udp(0);
    struct timespec began, ended;
    pthread_t thread;
    struct mmsghdr give[BATCH];
    struct sockaddr_in peer[BATCH];
    struct iovec from = {request, size};
    clock_gettime(CLOCK_MONOTONIC, &began);
    pthread_create(&thread, NULL, listener, NULL);
    for (uint32_t start = 0; start < how_many; start += BATCH) {
        int count = how_many - start < BATCH ? how_many - start : BATCH;
        memset(give, 0, sizeof give);
        for (int i = 0; i < count; i++) {
            peer[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(to_port), .sin_addr.s_addr = htonl(first_address + start + i)};
            give[i].msg_hdr = (struct msghdr){&peer[i], sizeof peer[i], &from, 1, NULL, 0, 0};
        }
        for (int done = 0, now; done < count; done += now > 0 ? now : 1) now = sendmmsg(sweeper, give + done, count - done, 0);
    }
    pthread_join(thread, NULL);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("{\"answered\": %u, \"seconds\": %.4f}\n", heard_count, ended.tv_sec - began.tv_sec + (ended.tv_nsec - began.tv_nsec) / 1e9);
    return 0;
}

int main(int count, char **words) {
    if (count == 6 && !strcmp(words[1], "sweep")) return sweep(words + 2);
    if (count != 4 || strcmp(words[1], "respond")) return 2;
    silent_every = atoi(words[3]);
    struct sockaddr_in here;
    socklen_t size = sizeof here;
    int held = udp(0);
    getsockname(held, (struct sockaddr *)&here, &size);
    port = ntohs(here.sin_port);
    close(held);
    for (int i = 0; i < atoi(words[2]); i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, agents, NULL);
    }
    usleep(50000);
    printf("%d\n", port);
    fflush(stdout);
    while (getchar() != EOF);
    return 0;
}

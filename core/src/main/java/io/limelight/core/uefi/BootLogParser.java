package io.limelight.core.uefi;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses {@code binary_bios_measurements}: a TCG PC Client event log (PFP 1.06 §10), crypto-agile or in the older form with
 * SHA-1 alone.
 *
 * <p>A crypto-agile log starts with one record in the old form whose data announces the banks. Every later record must hold
 * exactly one digest of each of them (§10.2.2). That is more than tidiness: a record without a digest of the quoted bank
 * extends nothing there, so it could be slipped into a log that still replays to the quoted values.
 *
 * <p>Bytes are copied once; everything in the result is a window into that copy.
 */
public final class BootLogParser {
    /** No real log is longer: firmware sets aside 64 KiB to a few hundred. */
    public static final int MAX_LENGTH = 1024 * 1024;

    /** No real log has more events. */
    public static final int MAX_EVENTS = 16 * 1024;

    private static final byte[] SPEC_ID_03 = "Spec ID Event03\0".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_ALGORITHMS = 16;
    private static final int MAX_DIGEST = 128;
    private static final int PCRS = 24;
    private static final long NO_PCR = 0xffffffffL;

    private final Octets log;
    private final LogReader in;
    private final List<BootEvent> events = new ArrayList<>();

    private BootLogParser(Octets log) {
        this.log = log;
        this.in = new LogReader(log, 0, 0);
    }

    /** Parses a whole log. */
    public static BootLog parse(byte[] bytes) throws BootLogException {
        if (bytes.length > MAX_LENGTH) {
            throw new BootLogException(
                    0, 0, "belongs to a log of " + bytes.length + " bytes; more than " + MAX_LENGTH + " are not read");
        }
        return new BootLogParser(Octets.copyOf(bytes)).parse();
    }

    private BootLog parse() throws BootLogException {
        Optional<EventBody.SpecId> head = first();
        List<LogAlgorithm> algorithms = head.map(EventBody.SpecId::algorithms).orElse(List.of());
        while (in.remaining() > 0) {
            if (events.size() == MAX_EVENTS) {
                throw fail("comes after " + MAX_EVENTS + " others; more are not read");
            }
            events.add(head.isPresent() ? agile(algorithms) : sha1());
        }
        return new BootLog(
                head.isPresent() ? BootLog.Format.CRYPTO_AGILE : BootLog.Format.SHA1,
                head.isPresent()
                        ? algorithms.stream()
                                .flatMap(algorithm -> algorithm.known().stream())
                                .toList()
                        : List.of(HashAlgorithm.SHA1),
                events);
    }

    /** The first record, in the old form whatever follows; what it announces if it announces banks. */
    private Optional<EventBody.SpecId> first() throws BootLogException {
        BootEvent event = sha1();
        Octets data = event.data();
        if (event.type() != EventType.EV_NO_ACTION
                || data.length() < SPEC_ID_03.length
                || !data.window(0, SPEC_ID_03.length).contentEquals(SPEC_ID_03)) {
            events.add(event);
            return Optional.empty();
        }
        EventBody.SpecId body = specId(new LogReader(data, 32, 0));
        events.add(new BootEvent(
                0, event.pcr(), event.typeCode(), event.type(), event.digests(), data, event.record(), body));
        return Optional.of(body);
    }

    private static EventBody.SpecId specId(LogReader in) throws BootLogException {
        in.bytes(SPEC_ID_03.length, "Signature");
        long platformClass = in.u32("platformClass");
        int minor = in.u8("specVersionMinor");
        int major = in.u8("specVersionMajor");
        int errata = in.u8("specErrata");
        int uintnSize = in.u8("uintnSize");
        long count = in.u32("numberOfAlgorithms");
        if (count < 1 || count > MAX_ALGORITHMS) {
            throw in.fail("announces " + count + " PCR banks; 1 to " + MAX_ALGORITHMS + " are possible");
        }
        List<LogAlgorithm> algorithms = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            LogAlgorithm algorithm = new LogAlgorithm(in.u16("algorithmId"), in.u16("digestSize"));
            if (algorithm.digestSize() > MAX_DIGEST
                    || algorithm
                            .known()
                            .filter(known -> known.digestSize() != algorithm.digestSize())
                            .isPresent()) {
                throw in.fail("announces digests of " + algorithm.digestSize() + " bytes for the algorithm 0x"
                        + Integer.toHexString(algorithm.id()) + ", which has others");
            }
            if (algorithms.stream().anyMatch(other -> other.id() == algorithm.id())) {
                throw in.fail("announces the algorithm 0x" + Integer.toHexString(algorithm.id()) + " twice");
            }
            algorithms.add(algorithm);
        }
        Octets vendorInfo = in.bytes(in.u8("vendorInfoSize"), "vendorInfo");
        return new EventBody.SpecId(platformClass, minor, major, errata, uintnSize, algorithms, vendorInfo);
    }

    /** TCG_PCR_EVENT (PFP 1.06 §10.2.1). */
    private BootEvent sha1() throws BootLogException {
        int start = in.position();
        long pcr = u32("pcrIndex");
        long code = u32("eventType");
        Octets digest = bytes(HashAlgorithm.SHA1.digestSize(), "digest");
        return event(start, pcr, code, List.of(new EventDigest(HashAlgorithm.SHA1, digest)));
    }

    /** TCG_PCR_EVENT2 (PFP 1.06 §10.2.2). */
    private BootEvent agile(List<LogAlgorithm> algorithms) throws BootLogException {
        int start = in.position();
        long pcr = u32("pcrIndex");
        long code = u32("eventType");
        long count = u32("digestCount");
        if (count != algorithms.size()) {
            throw fail("has " + count + " digests where the head of the log announces " + algorithms.size());
        }
        List<EventDigest> digests = new ArrayList<>((int) count);
        int seen = 0;
        for (int i = 0; i < count; i++) {
            int id = u16("algorithmId");
            int place = place(algorithms, id);
            if (place < 0 || (seen >>> place & 1) == 1) {
                throw fail("has a digest of the algorithm 0x" + Integer.toHexString(id)
                        + (place < 0 ? ", which the head of the log does not announce" : " twice"));
            }
            seen |= 1 << place;
            LogAlgorithm algorithm = algorithms.get(place);
            Octets value = bytes(algorithm.digestSize(), "digest");
            algorithm.known().ifPresent(known -> digests.add(new EventDigest(known, value)));
        }
        return event(start, pcr, code, digests);
    }

    private static int place(List<LogAlgorithm> algorithms, int id) {
        for (int i = 0; i < algorithms.size(); i++) {
            if (algorithms.get(i).id() == id) {
                return i;
            }
        }
        return -1;
    }

    private BootEvent event(int start, long pcr, long code, List<EventDigest> digests) throws BootLogException {
        EventType type = EventType.of(code);
        // Events that extend nothing may say so by 2^32 − 1 (PFP 1.06 §10.4.5.2).
        if (pcr >= PCRS && !(pcr == NO_PCR && type == EventType.EV_NO_ACTION)) {
            throw fail("names PCR " + pcr + ", which no TPM has");
        }
        long size = u32("eventSize");
        int base = in.position();
        Octets data = bytes(size, "event data");
        Octets record = log.window(start, in.position() - start);
        return new BootEvent(
                events.size(),
                pcr,
                code,
                type,
                digests,
                data,
                record,
                EventDecoder.decode(type, data, base, events.size()));
    }

    private long u32(String field) throws BootLogException {
        need(4, field);
        return in.u32(field);
    }

    private int u16(String field) throws BootLogException {
        need(2, field);
        return in.u16(field);
    }

    private Octets bytes(long count, String field) throws BootLogException {
        need(count, field);
        return in.bytes(count, field);
    }

    /** As the reader checks, but with the number of the event that is being read. */
    private void need(long count, String field) throws BootLogException {
        if (count > in.remaining()) {
            throw fail("ends inside " + field + ": " + count + " bytes needed, " + in.remaining() + " left");
        }
    }

    private BootLogException fail(String problem) {
        return new BootLogException(events.size(), in.position(), problem);
    }
}

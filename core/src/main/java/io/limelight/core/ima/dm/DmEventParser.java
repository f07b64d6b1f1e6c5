package io.limelight.core.ima.dm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the text of a device mapper event (kernel documentation, device-mapper/dm-ima): attributes {@code name=value} in a fixed
 * order, separated by commas and semicolons. The kernel leaves NUL bytes in some of them; they are skipped.
 *
 * <p>One pass without going back, and nothing is counted that is not there, so its time is that of the text.
 */
public final class DmEventParser {
    /** Longer buffers are none: a table of a thousand targets has half a MiB. */
    public static final int MAX_LENGTH = 1024 * 1024;

    private enum Kind {
        STRING,
        OPTIONAL_STRING,
        NUMBER,
        YES_NO
    }

    /** One attribute of a kind of target; {@code maybe} if it can be left out. */
    private record Attribute(String name, Kind kind, boolean maybe) {
        static Attribute text(String name) {
            return new Attribute(name, Kind.STRING, false);
        }

        static Attribute number(String name) {
            return new Attribute(name, Kind.NUMBER, false);
        }

        static Attribute flag(String name) {
            return new Attribute(name, Kind.YES_NO, false);
        }

        Attribute orNot() {
            return new Attribute(name, kind, true);
        }
    }

    private static final Map<String, List<Attribute>> TARGETS = Map.of(
            "verity",
            List.of(
                    Attribute.text("hash_failed"),
                    Attribute.number("verity_version"),
                    Attribute.text("data_device_name"),
                    Attribute.text("hash_device_name"),
                    Attribute.text("verity_algorithm"),
                    Attribute.text("root_digest"),
                    Attribute.text("salt"),
                    Attribute.flag("ignore_zero_blocks"),
                    Attribute.flag("check_at_most_once"),
                    Attribute.text("root_hash_sig_key_desc").orNot(),
                    Attribute.text("verity_mode").orNot()),
            "cache",
            List.of(
                    Attribute.text("metadata_mode"),
                    Attribute.text("cache_metadata_device"),
                    Attribute.text("cache_device"),
                    Attribute.text("cache_origin_device"),
                    Attribute.flag("writethrough"),
                    Attribute.flag("writeback"),
                    Attribute.flag("passthrough"),
                    Attribute.flag("metadata2"),
                    Attribute.flag("no_discard_passdown")),
            "crypt",
            List.of(
                    Attribute.flag("allow_discards"),
                    Attribute.flag("same_cpu_crypt"),
                    Attribute.flag("submit_from_crypt_cpus"),
                    Attribute.flag("no_read_workqueue"),
                    Attribute.flag("no_write_workqueue"),
                    Attribute.flag("iv_large_sectors"),
                    Attribute.number("integrity_tag_size").orNot(),
                    Attribute.text("cipher_auth").orNot(),
                    Attribute.number("sector_size").orNot(),
                    Attribute.text("cipher_string").orNot(),
                    Attribute.number("key_size"),
                    Attribute.number("key_parts"),
                    Attribute.number("key_extra_size"),
                    Attribute.number("key_mac_size")),
            "integrity",
            List.of(
                    Attribute.text("dev_name"),
                    Attribute.number("start"),
                    Attribute.number("tag_size"),
                    Attribute.text("mode"),
                    Attribute.text("meta_device").orNot(),
                    Attribute.text("block_size").orNot(),
                    Attribute.flag("recalculate"),
                    Attribute.flag("allow_discards"),
                    Attribute.flag("fix_padding"),
                    Attribute.flag("fix_hmac"),
                    Attribute.flag("legacy_recalculate"),
                    Attribute.number("journal_sectors"),
                    Attribute.number("interleave_sectors"),
                    Attribute.number("buffer_sectors")),
            "linear",
            List.of(Attribute.text("device_name"), Attribute.text("start")),
            "snapshot",
            List.of(
                    Attribute.text("snap_origin_name"),
                    Attribute.text("snap_cow_name"),
                    Attribute.flag("snap_valid"),
                    Attribute.flag("snap_merge_failed"),
                    Attribute.flag("snapshot_overflowed")));

    private static final String ALPHABET = "-:_.+@#";

    private final byte[] text;
    private int at;

    private DmEventParser(byte[] text) {
        this.text = text;
    }

    /**
     * Reads one event.
     *
     * @param name of the entry, one of {@link DmEvent#NAMES}
     * @throws DmEventException if the buffer is not such an event to its end
     */
    public static DmEvent parse(String name, byte[] buffer) throws DmEventException {
        if (buffer.length > MAX_LENGTH) {
            throw new DmEventException("it is " + buffer.length + " bytes long");
        }
        DmEventParser parser = new DmEventParser(withoutNul(buffer));
        parser.expect("dm_version=");
        parser.version();
        parser.expect(";");
        DmEvent event = switch (name) {
            case "dm_table_load" -> parser.load();
            case "dm_device_resume" -> parser.resume();
            case "dm_device_remove" -> parser.remove();
            case "dm_table_clear" -> parser.clear();
            case "dm_device_rename" -> parser.rename();
            case "dm_target_update" -> parser.update();
            default -> throw new DmEventException("there is no event of that name");
        };
        if (parser.at < parser.text.length) {
            throw parser.expected("its end");
        }
        return event;
    }

    private static byte[] withoutNul(byte[] buffer) {
        byte[] kept = new byte[buffer.length];
        int length = 0;
        for (byte b : buffer) {
            if (b != 0) {
                kept[length++] = b;
            }
        }
        return Arrays.copyOf(kept, length);
    }

    private DmEventException expected(String what) {
        return new DmEventException("at byte " + at + " " + what + " was expected");
    }

    private boolean lookingAt(String literal) {
        if (text.length - at < literal.length()) {
            return false;
        }
        for (int i = 0; i < literal.length(); i++) {
            if (text[at + i] != literal.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean take(String literal) {
        if (!lookingAt(literal)) {
            return false;
        }
        at += literal.length();
        return true;
    }

    private void expect(String literal) throws DmEventException {
        if (!take(literal)) {
            throw expected('"' + literal + '"');
        }
    }

    private String optionalString() {
        int start = at;
        while (at < text.length && isOfString(text[at])) {
            at++;
        }
        return new String(text, start, at - start, StandardCharsets.US_ASCII);
    }

    private static boolean isOfString(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || isDigit(b) || ALPHABET.indexOf(b) >= 0;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private String string() throws DmEventException {
        String value = optionalString();
        if (value.isEmpty()) {
            throw expected("a value");
        }
        return value;
    }

    private String number() throws DmEventException {
        int start = at;
        while (at < text.length && isDigit(text[at])) {
            at++;
        }
        if (at == start) {
            throw expected("a number");
        }
        return new String(text, start, at - start, StandardCharsets.US_ASCII);
    }

    private String version() throws DmEventException {
        String major = number();
        expect(".");
        String minor = number();
        expect(".");
        return major + "." + minor + "." + number();
    }

    private String value(Kind kind) throws DmEventException {
        return switch (kind) {
            case STRING -> string();
            case OPTIONAL_STRING -> optionalString();
            case NUMBER -> number();
            case YES_NO -> {
                if (take("y")) {
                    yield "y";
                }
                expect("n");
                yield "n";
            }
        };
    }

    private String named(String name, Kind kind) throws DmEventException {
        expect(name + "=");
        return value(kind);
    }

    private DmEvent.Metadata metadata() throws DmEventException {
        String name = named("name", Kind.STRING);
        String uuid = named(",uuid", Kind.OPTIONAL_STRING);
        return numbers(name, uuid);
    }

    private DmEvent.Metadata numbers(String name, String uuid) throws DmEventException {
        return new DmEvent.Metadata(
                name,
                uuid,
                named(",major", Kind.NUMBER),
                named(",minor", Kind.NUMBER),
                named(",minor_count", Kind.NUMBER),
                named(",num_targets", Kind.NUMBER));
    }

    private void capacity() throws DmEventException {
        named("current_device_capacity", Kind.NUMBER);
        expect(";");
    }

    private DmEvent load() throws DmEventException {
        DmEvent.Metadata device = metadata();
        expect(";");
        List<DmEvent.Target> targets = new ArrayList<>();
        do {
            targets.add(target());
            expect(";");
        } while (at < text.length);
        return new DmEvent.TableLoad(device, targets);
    }

    private DmEvent.Target target() throws DmEventException {
        Map<String, String> read = new LinkedHashMap<>();
        read.put("target_index", named("target_index", Kind.NUMBER));
        read.put("target_begin", named(",target_begin", Kind.NUMBER));
        read.put("target_len", named(",target_len", Kind.NUMBER));
        String type = named(",target_name", Kind.STRING);
        read.put("target_name", type);
        expect(",target_version=");
        read.put("target_version", version());
        if (type.equals("mirror")) {
            mirror(read);
            return new DmEvent.Target(read);
        }
        List<Attribute> attributes = TARGETS.get(type);
        if (attributes == null) {
            throw new DmEventException("its target is of the kind " + shortened(type) + ", which is not supported");
        }
        for (Attribute attribute : attributes) {
            String start = "," + attribute.name() + "=";
            if (!attribute.maybe() || lookingAt(start)) {
                expect(start);
                read.put(attribute.name(), value(attribute.kind()));
            }
        }
        return new DmEvent.Target(read);
    }

    private static String shortened(String type) {
        return type.length() <= 32 ? type : type.substring(0, 32) + "…";
    }

    private void mirror(Map<String, String> read) throws DmEventException {
        String count = named(",nr_mirrors", Kind.NUMBER);
        read.put("nr_mirrors", count);
        // As many as there are; whether that is what was announced is seen after them.
        int mirrors = 0;
        while (lookingAt(",mirror_device_" + mirrors + "=")) {
            String device = "mirror_device_" + mirrors;
            read.put(device, named("," + device, Kind.STRING));
            read.put(device + "_status", named("," + device + "_status", Kind.STRING));
            mirrors++;
        }
        if (!count.equals(Integer.toString(mirrors))) {
            throw expected("mirror " + mirrors);
        }
        read.put("handle_errors", named(",handle_errors", Kind.YES_NO));
        read.put("keep_log", named(",keep_log", Kind.YES_NO));
        read.put("log_type_status", named(",log_type_status", Kind.OPTIONAL_STRING));
    }

    private DmEvent resume() throws DmEventException {
        DmEvent.Metadata device = metadata();
        expect(";");
        Optional<String> hash =
                take("device_resume=no_data") ? Optional.empty() : Optional.of(named("active_table_hash", Kind.STRING));
        expect(";");
        capacity();
        return new DmEvent.Resume(device, hash);
    }

    private DmEvent remove() throws DmEventException {
        Optional<DmEvent.Metadata> active = Optional.empty();
        Optional<DmEvent.Metadata> inactive = Optional.empty();
        if (!take("device_remove=no_data;")) {
            if (take("device_active_metadata=")) {
                active = Optional.of(metadata());
                expect(";");
            }
            if (take("device_inactive_metadata=")) {
                inactive = Optional.of(metadata());
                expect(";");
            }
            if (active.isEmpty() && inactive.isEmpty()) {
                throw expected("what was removed");
            }
            if (active.isPresent()) {
                named("active_table_hash", Kind.STRING);
                expect(",");
            }
            if (inactive.isPresent()) {
                named("inactive_table_hash", Kind.STRING);
                expect(",");
            }
        }
        named("remove_all", Kind.STRING);
        expect(";");
        capacity();
        return new DmEvent.Remove(active, inactive);
    }

    private DmEvent clear() throws DmEventException {
        String name = named("name", Kind.STRING);
        String uuid = named(",uuid", Kind.OPTIONAL_STRING);
        if (!take(";table_clear=no_data")) {
            numbers(name, uuid);
            expect(";");
            named("inactive_table_hash", Kind.STRING);
        }
        expect(";");
        capacity();
        return new DmEvent.Clear(name, uuid);
    }

    private DmEvent rename() throws DmEventException {
        DmEvent.Metadata device = metadata();
        expect(";");
        String name = named("new_name", Kind.STRING);
        String uuid = named(",new_uuid", Kind.OPTIONAL_STRING);
        expect(";");
        capacity();
        return new DmEvent.Rename(device, name, uuid);
    }

    private DmEvent update() throws DmEventException {
        DmEvent.Metadata device = metadata();
        expect(";");
        DmEvent.Target target = target();
        expect(";");
        return new DmEvent.TargetUpdate(device, target);
    }
}

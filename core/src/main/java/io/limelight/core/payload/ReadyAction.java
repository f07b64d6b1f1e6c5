package io.limelight.core.payload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A revocation action of the project's own, ready to be put into a payload.
 *
 * @param fileName as it is called in a payload
 * @param summary what it does, out of its own text
 * @param text Python
 */
public record ReadyAction(String fileName, String summary, String text) {
    private static final List<String> NAMES =
            List.of("rm_authorized_key", "update_crl", "firewall", "drop_ipsec", "flag_file");
    private static final Pattern SUMMARY = Pattern.compile("\"\"\"(?:Revocation action: )?([^\"\\n]+)");

    /** All of them. */
    public static List<ReadyAction> all() {
        return NAMES.stream().map(ReadyAction::read).toList();
    }

    /** The one for SSH keys that Keylime's documents show, as they print it. */
    public static ReadyAction removeSshKeys() {
        return new ReadyAction(
                "local_action_rm_ssh.py",
                "deletes the SSH keys that the payload brought, on the machine whose certificate was revoked.",
                resource("seeds/local_action_rm_ssh.py"));
    }

    private static ReadyAction read(String name) {
        String text = resource("ready/" + name + ".py");
        Matcher matcher = SUMMARY.matcher(text);
        return new ReadyAction(ActionList.PREFIX + "_" + name + ".py", matcher.find() ? matcher.group(1) : name, text);
    }

    private static String resource(String name) {
        try (InputStream in = ReadyAction.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is part of the program and is not there");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

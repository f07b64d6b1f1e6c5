package io.limelight.core.policy.create;

/**
 * One value that a policy has and another has not.
 *
 * @param added whether it was added; otherwise it was removed
 * @param member where
 * @param name the path, keyring or buffer it belongs to; empty where values have none
 * @param value digest, expression, name or key
 */
public record PolicyDifference(boolean added, Member member, String name, String value) {
    /** Members of a policy, by their names in JSON. */
    public enum Member {
        /** Digests of files. */
        DIGESTS("digests"),
        /** Expressions of paths that are not judged. */
        EXCLUDES("excludes"),
        /** Digests of keys. */
        KEYRINGS("keyrings"),
        /** Digests of other buffers. */
        BUFFERS("ima-buf"),
        /** Keyrings that are not judged. */
        IGNORED_KEYRINGS("ima.ignored_keyrings"),
        /** Algorithm of the template hash column. */
        LOG_HASH("ima.log_hash_alg"),
        /** Rules for device mapper events. */
        DM_POLICY("ima.dm_policy"),
        /** Keys whose signatures make files acceptable. */
        KEYS("verification-keys");

        private final String text;

        Member(String text) {
            this.text = text;
        }

        /** Its name in JSON, a dot between levels. */
        public String text() {
            return text;
        }
    }

    /** Something to add. */
    public static PolicyDifference toAdd(Member member, String name, String value) {
        return new PolicyDifference(true, member, name, value);
    }

    /** A line of a diff: {@code + digests["/usr/bin/ls"] 0123…}; control characters of names are replaced. */
    public String line() {
        return (added ? "+ " : "- ") + member.text() + (name.isEmpty() ? "" : "[\"" + shown(name) + "\"]") + " "
                + shown(value);
    }

    private static String shown(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}]", "?");
    }
}

package io.limelight.console.profile;

import java.time.Instant;
import java.util.Optional;

/**
 * A fleet a person works with.
 *
 * @param id in the console's own file; 0: not kept
 * @param name for people
 * @param environment what it is for
 * @param tint colour of its band
 * @param source addresses and keys
 * @param key where the private key is
 * @param revision grows with every change; guards against two consoles changing it
 * @param opened when it was connected last
 */
public record Profile(
        long id,
        String name,
        Environment environment,
        Tint tint,
        ProfileSource source,
        KeyKeeping key,
        long revision,
        Optional<Instant> opened) {
    /** Of a name. */
    public static final int LONGEST_NAME = 80;

    /** One that is not kept yet. */
    public static Profile fresh(String name, Environment environment, ProfileSource source, KeyKeeping key) {
        return new Profile(0, name, environment, environment.usualTint(), source, key, 0, Optional.empty());
    }

    /** The same under another name. */
    public Profile named(String other) {
        return new Profile(id, other, environment, tint, source, key, revision, opened);
    }

    /** The same for another environment, with that one's colour. */
    public Profile in(Environment other) {
        return new Profile(id, name, other, other.usualTint(), source, key, revision, opened);
    }

    /** Whether a vault must be unlocked to use it. */
    public boolean needsVault() {
        return key != KeyKeeping.FILE;
    }
}

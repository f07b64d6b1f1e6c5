package io.limelight.console.profile;

/** Where a profile's private key is. */
public enum KeyKeeping {
    /** In its file, which anybody who may read it can use. Nothing has to be unlocked. */
    FILE,
    /** In its file, encrypted; the vault keeps its passphrase. */
    PASSPHRASE_IN_VAULT,
    /** In the vault. */
    KEY_IN_VAULT
}

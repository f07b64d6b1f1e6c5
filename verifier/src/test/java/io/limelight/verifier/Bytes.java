package io.limelight.verifier;

/** Looks for bytes in bytes. */
final class Bytes {
    private Bytes() {}

    static boolean contain(byte[] all, byte[] wanted) {
        for (int i = 0; i + wanted.length <= all.length; i++) {
            if (java.util.Arrays.equals(all, i, i + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}

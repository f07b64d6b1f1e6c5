package io.limelight.core.tpm;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which algorithm names an administrator accepts from an agent.
 *
 * <p>Lists hold the names as they were given, in order, since they are returned by the API as they came. A name is
 * accepted if it is literally in its list; {@code rsa} and {@code rsa2048} stand for each other, and so do {@code ecc}
 * and {@code ecc256}. A name this build does not know is never accepted, even if it is listed.
 *
 * @param hashes {@code accept_tpm_hash_algs}
 * @param encryption {@code accept_tpm_encryption_algs}
 * @param signing {@code accept_tpm_signing_algs}
 */
public record AcceptedAlgorithms(List<String> hashes, List<String> encryption, List<String> signing) {
    /** Keylime's shipped defaults; note that they refuse {@code ecdsa} and {@code sha1}. */
    public static final AcceptedAlgorithms KEYLIME_DEFAULT = new AcceptedAlgorithms(
            List.of("sha512", "sha384", "sha256"), List.of("ecc", "rsa"), List.of("ecschnorr", "rsassa"));

    /** Copies the lists. */
    public AcceptedAlgorithms {
        hashes = List.copyOf(hashes);
        encryption = List.copyOf(encryption);
        signing = List.copyOf(signing);
    }

    /** A list by the name of its option, and what is wrong with it. */
    public record Problem(String option, String sentence) {}

    /** A list in which no name is that of an algorithm, so that no machine could ever pass; empty if there is none. */
    public Optional<Problem> problem() {
        return unknown(
                        "accept_tpm_hash_algs",
                        hashes,
                        name -> HashAlgorithm.fromWireName(name).isPresent(),
                        "sha256")
                .or(() -> unknown(
                        "accept_tpm_encryption_algs",
                        encryption,
                        name -> EncryptionAlgorithm.fromWireName(name).isPresent(),
                        "rsa2048, ecc256"))
                .or(() -> unknown(
                        "accept_tpm_signing_algs",
                        signing,
                        name -> SigningAlgorithm.fromWireName(name).isPresent(),
                        "rsassa, ecdsa"));
    }

    private static Optional<Problem> unknown(
            String option, List<String> names, Predicate<String> known, String examples) {
        return names.stream().anyMatch(known)
                ? Optional.empty()
                : Optional.of(new Problem(
                        option,
                        (names.isEmpty() ? "is empty" : "names no algorithm that exists")
                                + ", so no machine could ever pass; use names such as " + examples));
    }

    /** True if this hash name is known and accepted. */
    public boolean acceptsHash(String name) {
        return HashAlgorithm.fromWireName(name).isPresent() && hashes.contains(name);
    }

    /** True if this key algorithm name is known and accepted, in its short or its explicit form. */
    public boolean acceptsEncryption(String name) {
        return EncryptionAlgorithm.fromWireName(name)
                .map(algorithm ->
                        encryption.contains(algorithm.wireName()) || encryption.contains(algorithm.shortWireName()))
                .orElse(false);
    }

    /** True if this signature scheme name is known and accepted. */
    public boolean acceptsSigning(String name) {
        return SigningAlgorithm.fromWireName(name).isPresent() && signing.contains(name);
    }
}

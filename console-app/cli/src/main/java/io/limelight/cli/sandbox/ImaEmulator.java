package io.limelight.cli.sandbox;

import io.limelight.core.ima.MeasuredFile;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the Linux kernel does on a machine with IMA, and cannot do for machines that are only processes: it writes down every
 * file that is to be run before it runs, and puts the same into the TPM, where nobody can take it back.
 *
 * <p>The list is a file in the form of {@code ascii_runtime_measurements}, template {@code ima-ng} with SHA-256:
 *
 * <pre>
 *   10 &lt;SHA-1 of the template data&gt; ima-ng sha256:&lt;digest of the file&gt; &lt;path&gt;
 * </pre>
 *
 * <p>PCR 10 is extended with the hash of the template data, in each bank with the bank's own, by one command for all banks, as
 * kernels have done since 5.8. The template data are the two fields as the kernel stores them, each after its length, little
 * endian: {@code sha256:}, NUL and the digest; the path and NUL.
 *
 * <p>An entry is in the list before it is in the PCR, which is the kernel's order ({@code ima_add_template_entry}) and the only
 * one that a verifier can live with. Agents quote first and read the list afterwards. So the list may run ahead of the quote:
 * the entry then stands after the one at which the replay meets PCR 10, and is proved by the next quote. The other way round, a
 * quote taken in between would cover an entry that no list holds: proof of a manipulation. Here both steps are taken while no
 * other command reaches the TPM. A quote that comes too early for an entry is therefore followed by one that covers it, however
 * slow the computer is; otherwise a second quote could miss the same entry, and that counts as holding it back.
 *
 * <p>What is measured is what the sandbox says; no file is measured by itself.
 */
public final class ImaEmulator {
    static final int PCR = 10;

    private static final int BOOT_PCRS = 10;
    private static final HashAlgorithm FILES = HashAlgorithm.SHA256;

    private final SoftwareTpm tpm;
    private final Path list;
    private final List<HashAlgorithm> banks;
    private final Set<Measurement> measured = new HashSet<>();

    /**
     * An entry.
     *
     * @param path as the list spells it
     * @param digest SHA-256 of the file in lower-case hex
     */
    public record Measurement(String path, String digest) {}

    private ImaEmulator(SoftwareTpm tpm, Path list, List<HashAlgorithm> banks) {
        this.tpm = tpm;
        this.list = list;
        this.banks = List.copyOf(banks);
    }

    /**
     * Begins a list with what was booted.
     *
     * @param tpm one that has been started just now
     * @param list the file; replaced
     */
    static ImaEmulator boot(SoftwareTpm tpm, Path list) throws SandboxException {
        ImaEmulator ima = new ImaEmulator(tpm, list, tpm.banks(PCR));
        for (HashAlgorithm bank : ima.banks) {
            if (!Arrays.equals(tpm.read(PCR, bank), new byte[bank.digestSize()])) {
                throw new SandboxException(
                        "PCR " + PCR + " of the " + bank.wireName()
                                + " bank is not empty, so no new list can lead to it: this TPM has measured since it was started");
            }
        }
        try {
            PrivateFiles.write(list, new byte[0]);
        } catch (IOException e) {
            throw new SandboxException("cannot make the IMA list " + list + ": " + e.getMessage(), e);
        }
        ima.add("boot_aggregate", ima.bootAggregate());
        return ima;
    }

    /** SHA-256 of PCRs 0 to 9: 8 and 9 hold command line and kernel, and only SHA-1 leaves them out. */
    private byte[] bootAggregate() throws SandboxException {
        MessageDigest digest = FILES.newDigest();
        for (int pcr = 0; pcr < BOOT_PCRS; pcr++) {
            digest.update(tpm.read(pcr, FILES));
        }
        return digest.digest();
    }

    /** How many entries the list has. */
    int count() throws SandboxException {
        return tpm.alone(measured::size);
    }

    /** The list. */
    public Path list() {
        return list;
    }

    /**
     * Measures a file, unless it has been measured as it is: nothing is listed twice.
     *
     * @return what the list says of it
     */
    public Measurement measure(Path file) throws SandboxException {
        try {
            Path real = file.toRealPath();
            return add(real.toString(), digest(real));
        } catch (IOException e) {
            throw new SandboxException("cannot measure " + file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] digest(Path file) throws IOException {
        MessageDigest digest = FILES.newDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return digest.digest();
    }

    private Measurement add(String name, byte[] digest) throws SandboxException {
        // As the kernel does, so that a name is one word (ima_write_template_field_data).
        String path = name.replace(' ', '_');
        if (path.indexOf('\n') >= 0) {
            throw new SandboxException("a file with a line break in its name cannot be measured");
        }
        Measurement measurement = new Measurement(path, HexFormat.of().formatHex(digest));
        return tpm.alone(() -> {
            if (!measured.contains(measurement)) {
                MeasuredFile entry = new MeasuredFile(path, FILES, digest);
                append(entry.line());
                byte[] data = entry.templateData();
                Map<HashAlgorithm, byte[]> extension = new EnumMap<>(HashAlgorithm.class);
                for (HashAlgorithm bank : banks) {
                    extension.put(bank, bank.digest(data));
                }
                tpm.extend(PCR, extension);
                measured.add(measurement);
            }
            return measurement;
        });
    }

    private void append(String line) throws SandboxException {
        try {
            Files.write(list, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new SandboxException("cannot append to the IMA list " + list + ": " + e.getMessage(), e);
        }
    }
}

package io.limelight.core.endorsement;

import io.limelight.core.api.AgentId;
import io.limelight.core.endorsement.EndorsementException.Reason;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.TpmPublic;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The administrator's own program that judges an EK ({@code ek_check_script}): exit status 0 is yes. It gets the facts as
 * environment variables ({@code AGENT_UUID}, {@code EK}, {@code EK_TPM}, {@code EK_CERT}, {@code PROVKEYS},
 * {@code TPM_CERT_STORE}) beside those of this process, and runs in the work directory.
 *
 * <p>It and everything it started are ended when the time is up or the work is cancelled. What it prints is read to the end
 * (a full pipe would hold it up), and the end of it is shown when it says no.
 */
public final class EkCheckScript {
    /** A program that asks a service elsewhere may need a while; one that hangs must not hang the tenant. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

    private static final int KEPT_OUTPUT = 4096;
    private static final int SHOWN_OUTPUT = 300;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Path script;
    private final Path workDir;
    private final Path vendorStore;
    private final Duration limit;

    /**
     * A program.
     *
     * @param script where it is
     * @param workDir where it runs
     * @param vendorStore told to it
     * @param limit how long it may take
     */
    public EkCheckScript(Path script, Path workDir, Path vendorStore, Duration limit) {
        this.script = script;
        this.workDir = workDir;
        this.vendorStore = vendorStore;
        this.limit = limit;
    }

    /**
     * Asks it.
     *
     * @param ekcert base64 as on record
     */
    public void ask(AgentId id, TpmPublic ek, Optional<String> ekcert, Cancellation cancellation)
            throws EndorsementException, CancelledException {
        requireRunnable();
        ProcessBuilder builder = new ProcessBuilder(script.toString())
                .directory(workDir.toFile())
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "AGENT_UUID", id.value(),
                        "EK", PemFiles.publicKey(ek.publicKey()),
                        "EK_TPM", ek.toBase64(),
                        "EK_CERT", ekcert.orElse(""),
                        "PROVKEYS", "{}",
                        "TPM_CERT_STORE", vendorStore.toString()));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw failed("it cannot be started: " + e.getMessage(), e);
        }
        LastWords words = new LastWords(process.getInputStream());
        Thread reader = Thread.ofVirtual().name("ek_check_script output").start(words);
        Cancellation.Registration onCancel = cancellation.onCancel(() -> end(process));
        try {
            int status = await(process, reader);
            cancellation.throwIfCancelled();
            if (status != 0) {
                throw new EndorsementException(
                        Reason.SCRIPT_REFUSED,
                        "The program of ek_check_script, " + script + ", does not accept the machine's EK (exit status "
                                + status + ")" + words.shown() + ".");
            }
        } finally {
            onCancel.close();
        }
    }

    private int await(Process process, Thread reader) throws EndorsementException, CancelledException {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already and needs no input.
        }
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw failed("it did not end within " + limit.toSeconds() + " s and was stopped", null);
            }
            // Something it left behind may hold the pipe open; that is not waited for.
            reader.join(LAST_WORDS);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        } finally {
            end(process);
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /**
     * Looks whether it could be asked.
     *
     * @throws EndorsementException if it could not
     */
    public void requireRunnable() throws EndorsementException {
        if (!Files.isRegularFile(script)) {
            throw failed("there is no such file", null);
        }
        if (!Files.isExecutable(script)) {
            throw failed("it is not executable (chmod +x)", null);
        }
        if (!Files.isDirectory(workDir)) {
            throw failed("its work directory " + workDir + " does not exist", null);
        }
    }

    private EndorsementException failed(String why, @Nullable Throwable cause) {
        return new EndorsementException(
                Reason.SCRIPT_FAILED,
                "The program of ek_check_script, " + script + ", could not judge the machine's EK: " + why + ".",
                cause);
    }

    /** The last bytes of what a program prints. */
    private static final class LastWords implements Runnable {
        private final InputStream in;
        private final byte[] kept = new byte[KEPT_OUTPUT];
        private long total;

        LastWords(InputStream in) {
            this.in = in;
        }

        @Override
        public void run() {
            try {
                in.transferTo(new OutputStream() {
                    @Override
                    public void write(int b) {
                        keep((byte) b);
                    }
                });
            } catch (IOException e) {
                // Ended with its process; what there is stays.
            }
        }

        private synchronized void keep(byte b) {
            kept[(int) (total % KEPT_OUTPUT)] = b;
            total++;
        }

        /** As the end of a sentence, harmless for a terminal; empty if it said nothing. */
        synchronized String shown() {
            int length = (int) Math.min(total, KEPT_OUTPUT);
            byte[] inOrder = new byte[length];
            for (int i = 0; i < length; i++) {
                inOrder[i] = kept[(int) ((total - length + i) % KEPT_OUTPUT)];
            }
            String text = new String(inOrder, StandardCharsets.UTF_8)
                    .replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ")
                    .strip();
            if (text.isEmpty()) {
                return "";
            }
            return ", saying \""
                    + (text.length() > SHOWN_OUTPUT ? "…" + text.substring(text.length() - SHOWN_OUTPUT) : text) + "\"";
        }
    }
}

package io.limelight.agent.actions;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes revocation notices (wire reference §2.11): the sender is answered at once, the signature is checked afterwards with the
 * RevocationNotifier certificate that came in this machine's own payload. Before a payload was unpacked there is no such
 * certificate and a notice is dropped. What was genuine is recorded and logged; acting on it is not part of this program yet.
 */
public final class RevocationInbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationInbox.class);
    private static final int QUEUE = 64;
    private static final int KEPT = 100;
    private static final int SHOWN = 80;

    private final Path certificateFile;
    private final InstantSource clock;
    private final Deque<Notice> genuine = new ArrayDeque<>();
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            Thread.ofPlatform().daemon().name("revocations").factory());

    /**
     * A notice whose signature was good.
     *
     * @param arrived when
     * @param type {@code revocation}, {@code comm_error}…
     * @param agentId which machine it is about
     * @param message its JSON text, as signed
     */
    public record Notice(Instant arrived, String type, String agentId, String message) {}

    /**
     * @param certificateFile {@code revocation_cert}; read anew for each notice, as a payload may replace it
     */
    public RevocationInbox(Path certificateFile, InstantSource clock) {
        this.certificateFile = certificateFile;
        this.clock = clock;
        worker.allowCoreThreadTimeOut(true);
    }

    /** Takes a notice; the outcome is in the log and in {@link #genuine}. */
    public void take(RevocationMessage message) {
        try {
            worker.execute(() -> check(message));
        } catch (RejectedExecutionException e) {
            LOG.warn("a revocation notice was dropped: {} others are waiting to be checked", QUEUE);
        }
    }

    /** The latest genuine notices, oldest first. */
    public List<Notice> genuine() {
        synchronized (genuine) {
            return List.copyOf(genuine);
        }
    }

    private void check(RevocationMessage message) {
        if (!Files.exists(certificateFile)) {
            LOG.warn("a revocation notice was dropped: there is no {} yet, it comes with a payload", certificateFile);
            return;
        }
        try {
            X509Certificate certificate =
                    PemFiles.readCertificates(certificateFile).getFirst();
            if (!(certificate.getPublicKey() instanceof RSAPublicKey key)) {
                LOG.warn("a revocation notice was dropped: the key of {} is not RSA", certificateFile);
                return;
            }
            if (!NoticeSignature.verifies(key, message.msg(), message.signature())) {
                LOG.warn("a revocation notice was dropped: its signature is not by the key of {}", certificateFile);
                return;
            }
            record(message.msg());
        } catch (TlsSetupException e) {
            LOG.warn("a revocation notice was dropped: {}", e.getMessage());
        } catch (IOException e) {
            LOG.warn("a revocation notice with a good signature is no JSON: {}", e.getMessage());
        }
    }

    private void record(String message) throws IOException {
        ObjectNode json = WireJson.parseObject(message.getBytes(StandardCharsets.UTF_8));
        Notice notice = new Notice(
                clock.instant(),
                WireJson.text(json, "type").orElse(""),
                WireJson.text(json, "agent_id").orElse(""),
                message);
        synchronized (genuine) {
            if (genuine.size() == KEPT) {
                genuine.removeFirst();
            }
            genuine.addLast(notice);
        }
        LOG.warn("genuine notice of type {} about agent {}", printable(notice.type()), printable(notice.agentId()));
    }

    private static String printable(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}

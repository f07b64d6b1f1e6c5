package io.limelight.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All writes of a database, on one thread, many to a commit.
 *
 * <p>SQLite admits one writer at a time anyway, on PostgreSQL one is what makes the numbers of rows come in the order of
 * commits, and a durable commit costs an fsync (a few milliseconds on a disk). So the writer takes everything that waits
 * into one transaction: while one group is being forced to disk the next gathers. Each piece of work runs in its own
 * savepoint, so that a piece that fails takes only itself back. Nobody hears of success before the commit; if the commit
 * fails, everybody in the group hears of that failure; if a server was lost before it answered, they hear of it once it can
 * be asked.
 *
 * <p>The thread is a platform thread: the native library would pin a virtual one.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int GROUP = 512;
    private static final int QUEUE = 8192;

    private final Engine engine;
    private final WriterLink link;
    private final BlockingQueue<Piece<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile boolean closing;
    private volatile LongConsumer commits = _ -> {};
    /** A group whose commit got no answer. Of the writer's thread. */
    private List<Piece<?>> unanswered = List.of();

    /** Begins; the link is closed with this. */
    Writer(Engine engine, String service, WriterLink link) {
        this.engine = engine;
        this.link = link;
        this.thread = Thread.ofPlatform().name("store-writer-" + service).start(this::run);
    }

    private static final class Piece<T> {
        private final Function<Handle, T> work;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private Runnable outcome = () -> {};

        Piece(Function<Handle, T> work) {
            this.work = work;
        }

        /** Runs inside the open transaction; the outcome is told only after the commit. */
        void run(Writer writer) throws SQLException {
            writer.link.beginPiece();
            try {
                T value = work.apply(writer.link.handle());
                writer.link.keepPiece();
                outcome = () -> result.complete(value);
            } catch (Throwable e) {
                // Errors too: the thread belongs to everybody, no single piece of work may end it.
                Throwable told =
                        e instanceof JdbiException || e instanceof SQLException ? writer.engine.translate(e) : e;
                try {
                    writer.link.undoPiece();
                } catch (JdbiException | SQLException gone) {
                    // On a full or failing disk SQLite has already rolled the whole transaction back (lang_transaction
                    // "Response To Errors Within A Transaction"), and a server may be gone; then the whole group fails,
                    // for the first reason.
                    throw told instanceof StoreException store ? store : writer.engine.translate(gone);
                }
                outcome = () -> result.completeExceptionally(told);
            }
        }

        void fail(Throwable cause) {
            result.completeExceptionally(cause);
        }
    }

    /** Has somebody hear how many nanoseconds each group takes. */
    void timed(LongConsumer listener) {
        commits = listener;
    }

    <T> CompletableFuture<T> submit(Function<Handle, T> work) {
        Piece<T> piece = new Piece<>(work);
        if (closing) {
            piece.fail(closed());
            return piece.result;
        }
        try {
            queue.put(piece);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            piece.fail(closed());
            return piece.result;
        }
        if (closing && queue.remove(piece)) {
            piece.fail(closed());
        }
        return piece.result;
    }

    private StoreException closed() {
        return new StoreException(StoreException.Kind.CLOSED, "the database " + engine.name() + " is closed");
    }

    private void run() {
        List<Piece<?>> group = new ArrayList<>(GROUP);
        while (true) {
            group.clear();
            try {
                Piece<?> first = closing ? queue.poll() : queue.poll(200, java.util.concurrent.TimeUnit.MILLISECONDS);
                if (first == null) {
                    lookUp();
                    if (closing) {
                        return;
                    }
                    continue;
                }
                group.add(first);
                queue.drainTo(group, GROUP - 1);
                StoreException stillUnanswered = lookUp();
                if (stillUnanswered == null) {
                    long begun = System.nanoTime();
                    commit(group);
                    commits.accept(System.nanoTime() - begun);
                } else {
                    group.forEach(piece -> piece.fail(stillUnanswered));
                }
            } catch (InterruptedException e) {
                // Only close() interrupts, to end the wait above.
                closing = true;
            }
        }
    }

    /** Tells a group whose commit got no answer what became of it. Returns why that is not yet known. */
    private @Nullable StoreException lookUp() {
        if (unanswered.isEmpty()) {
            return null;
        }
        List<Piece<?>> waiting = unanswered;
        try {
            boolean committed = link.committedAfterAll();
            unanswered = List.of();
            if (committed) {
                waiting.forEach(piece -> piece.outcome.run());
            } else {
                fail(waiting, new StoreException(StoreException.Kind.UNREACHABLE, lostDuringCommit()));
            }
            return null;
        } catch (SQLException e) {
            return engine.translate(e);
        } catch (StoreException e) {
            unanswered = List.of();
            fail(waiting, e);
            return e;
        }
    }

    private String lostDuringCommit() {
        return "the database " + engine.name() + " was lost while it stored this, which it did not";
    }

    private void fail(List<Piece<?>> group, StoreException told) {
        if (told.kind() != StoreException.Kind.UNREACHABLE) {
            // Of a server that is gone the link tells, once.
            LOG.error("{}", told.getMessage());
        }
        group.forEach(piece -> piece.fail(told));
    }

    private void commit(List<Piece<?>> group) {
        try {
            link.begin(group.size());
            for (Piece<?> piece : group) {
                piece.run(this);
            }
            link.commit();
        } catch (CommitUnknownException e) {
            unanswered = List.copyOf(group);
            lookUp();
            return;
        } catch (RuntimeException | SQLException e) {
            StoreException told = e instanceof StoreException store ? store : engine.translate(e);
            link.abandon();
            fail(group, told);
            return;
        }
        group.forEach(piece -> piece.outcome.run());
    }

    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (Piece<?> left = queue.poll(); left != null; left = queue.poll()) {
            left.fail(closed());
        }
        unanswered.forEach(piece -> piece.fail(closed()));
        link.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

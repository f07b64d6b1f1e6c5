package io.limelight.store;

import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What HTTP clients hear of a database that cannot be used. */
public final class StoreAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(StoreAnswers.class);

    private StoreAnswers() {}

    /**
     * The handler, and for trouble with the database 503: that is no fault of the caller, who may come again. The log has one
     * line that says what is wrong and what to do; the caller is told no path.
     *
     * @param service whose database it is, such as {@code registrar}
     */
    public static HttpHandler guarded(String service, HttpHandler handler) {
        return call -> {
            try {
                return handler.handle(call);
            } catch (StoreException e) {
                if (e.kind() == StoreException.Kind.OTHER) {
                    throw e;
                }
                LOG.error("{}", e.getMessage());
                return HttpReply.refusal(
                        503,
                        "The " + service + "'s database cannot be used at the moment"
                                + (e.kind() == StoreException.Kind.FULL ? " (the disk is full)" : "")
                                + ", try again later; its log says more");
            }
        };
    }
}

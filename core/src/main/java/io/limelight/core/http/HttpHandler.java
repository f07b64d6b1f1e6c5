package io.limelight.core.http;

/** Answers one kind of request. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers the call. Runs on a virtual thread and may block.
     *
     * @throws Exception anything unexpected; the caller gets a 500 without detail, the log the cause
     */
    HttpReply handle(HttpCall call) throws Exception;
}

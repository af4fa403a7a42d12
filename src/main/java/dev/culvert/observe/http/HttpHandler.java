package dev.culvert.observe.http;

/** What answers the requests for one path. Called on threads of their own, several at a time. */
public interface HttpHandler {
    /**
     * Answers.
     *
     * @param request a GET or HEAD
     * @return the answer; of one to HEAD, the body is not asked for
     * @throws HttpException for an error
     */
    HttpReply answer(HttpRequest request) throws HttpException;
}

-- How many active entities with a history are tested for a breakout.
SELECT count(*) FROM screened AS s WHERE s.usual >= $shrink / 7;

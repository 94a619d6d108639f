-- How far the whole Hub moved against its usual week.
SELECT h.moved FROM hub_week AS h;

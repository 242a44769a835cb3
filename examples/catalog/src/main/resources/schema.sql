create table if not exists product (name text primary key, cents bigint not null);
insert into product values ('tea', 500), ('coffee', 800), ('cocoa', 700) on conflict do nothing;
